/** Some methods of one of core's objects, to be a part of another one. */
export function methodsOf<Source extends object, const Name extends keyof Source>(
  source: Source,
  names: readonly Name[],
): Pick<Source, Name> {
  const bound = names.map((name) => [name, (source[name] as () => unknown).bind(source)]);
  return Object.fromEntries(bound) as Pick<Source, Name>;
}
