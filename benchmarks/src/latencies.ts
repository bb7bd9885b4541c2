import type { CommitterResult } from './processes/committer.js';

/** What was begun in answer to commits: of what, and when. */
interface Begun {
  ids: Float64Array;
  startedAt: Float64Array;
}

/** From the end of each commit to the beginning of what it led to; of what was begun. */
export function latenciesById(committed: CommitterResult, begun: Begun): Float64Array {
  const committedAt = new Map<number, number>();
  committed.ids.forEach((id, index) => {
    committedAt.set(id, committed.committedAt[index] ?? Number.NaN);
  });
  return begun.startedAt.map(
    (startedAt, index) => startedAt - (committedAt.get(begun.ids[index] ?? 0) ?? Number.NaN),
  );
}

/** A wake may begin before the committer has looked at its clock. */
const EARLY_MS = 1;

/** From the end of each commit, milliseconds apart, to the wake that follows it. */
export function latenciesByTime(committed: CommitterResult, begun: Begun): Float64Array {
  let next = 0;
  return committed.committedAt.map((committedAt) => {
    while ((begun.startedAt[next] ?? Number.POSITIVE_INFINITY) < committedAt - EARLY_MS) next++;
    return (begun.startedAt[next] ?? Number.POSITIVE_INFINITY) - committedAt;
  });
}
