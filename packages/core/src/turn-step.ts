import type { Query } from './queries/query.js';

/** A query of a worker's turn, and what its result means. */
export interface Step {
  query: Query;
  apply: (result: unknown) => void;
}

export function step<Result>(query: Query<Result>, apply: (result: Result) => void): Step {
  return { query, apply: apply as (result: unknown) => void };
}
