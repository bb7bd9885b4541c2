/**
 * What every SQL function of honker is as data: the text, the parameters, and what its one value means.
 * Whoever has a connection runs it. Nothing outside this folder holds SQL of honker's.
 */

/**
 * A statement of one row and one column.
 *
 * @example
 * ```ts
 * import { queries } from '@honker/core/adapter';
 *
 * const { sql, parameters, decode } = queries.cancel(42);
 * console.log(sql, parameters, decode(1)); // => SELECT honker_cancel(?) [ 42 ] true
 * ```
 */
export interface Query<Result = unknown> {
  readonly sql: string;
  readonly parameters: readonly (string | number | null)[];
  /** What the driver returned, as the result's type. */
  readonly decode: (value: unknown) => Result;
}

// Ids arrive as bigint where the application has made that its connection's default.
export const toNumber = (value: unknown): number => Number(value);
export const toBoolean = (value: unknown): boolean => Number(value) === 1;
export const toText = (value: unknown): string => String(value);
// An empty list is what most acks and idle claims answer.
export const fromJson = (value: unknown): never =>
  (value === '[]' ? [] : JSON.parse(String(value))) as never;
export const fromJsonOrEmpty = (value: unknown): never =>
  (value === '' ? null : JSON.parse(String(value))) as never;

export function query<Result>(
  sql: string,
  parameters: Query['parameters'],
  decode: (value: unknown) => Result,
): Query<Result> {
  return { sql, parameters, decode };
}

/** The query with its result made into something else, as soon as that is there. */
export function mapped<From, To>(
  { sql, parameters, decode }: Query<From>,
  map: (result: From) => To,
): Query<To> {
  return query(sql, parameters, (value) => map(decode(value)));
}

/** The one row of an answer that has one. */
export function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('honker returned nothing for one name');
  return row;
}
