import type { JobRecord, JobsOptions } from '@honker/core';
import type { Context } from 'hono';
import { refusal, wholeNumber } from './parameters.js';

type State = JobsOptions['state'];

/**
 * Where the next page begins, for the client to give back: the columns that jobs of this state are ordered by. Null
 * after the last page, and after a job whose columns somebody filled with what are no numbers.
 */
export function nextPage(
  state: State,
  jobs: readonly JobRecord<unknown>[],
  limit: number,
): string | null {
  const last = jobs.at(-1);
  if (last === undefined || jobs.length < limit) return null;
  const { id, priority, runAt, claimExpiresAt } = last;
  const columns = state === 'pending' ? [priority, runAt, id] : [claimExpiresAt, id];
  return columns.every(Number.isSafeInteger) ? columns.join('.') : null;
}

/** The same, read back. */
export function pageAfter(
  c: Context,
  state: State,
  text: string | undefined,
): JobsOptions['after'] {
  if (text === undefined) return undefined;
  const columns = text.split('.').map((each) => wholeNumber(c, 'after', each));
  const [first = 0, second = 0, third = 0] = columns;
  if (columns.length !== (state === 'pending' ? 3 : 2)) {
    throw refusal(c, 'after must be the next of a page of jobs in the same state');
  }
  return state === 'pending'
    ? { priority: first, runAt: second, id: third, claimExpiresAt: null }
    : { claimExpiresAt: first, id: second, priority: 0, runAt: 0 };
}
