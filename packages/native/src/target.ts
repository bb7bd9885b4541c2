/** The kind of machine a binary is for, as `prebuilds/` names its folders: `linux-x64-glibc`. */
export function currentTarget(): string {
  const libc = currentLibc();
  return [process.platform, process.arch, ...(libc ? [libc] : [])].join('-');
}

/** `glibc` or `musl` on Linux, otherwise undefined. */
export function currentLibc(): 'glibc' | 'musl' | undefined {
  if (process.platform !== 'linux') return undefined;
  const report = process.report?.getReport() as
    | { header?: { glibcVersionRuntime?: string } }
    | undefined;
  return report?.header?.glibcVersionRuntime ? 'glibc' : 'musl';
}
