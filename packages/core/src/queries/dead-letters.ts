import { fromJson, query, toNumber } from './query.js';

/** A row of `_honker_dead`. */
export interface DeadRow {
  id: number;
  queue: string;
  payload: string;
  priority: number;
  run_at: number;
  attempts: number;
  max_attempts: number;
  last_error: string | null;
  created_at: number;
  died_at: number;
}

/** Jobs that failed for good. */
export const deadLetterQueries = {
  deadList: (queue: string, afterId: number | null, limit: number) =>
    query<DeadRow[]>('SELECT honker_dead_list(?, ?, ?)', [queue, afterId, limit], fromJson),

  deadRequeue: (id: number) => query('SELECT honker_dead_requeue(?)', [id], toNumber),

  deadPurge: (queue: string, olderThanS: number) =>
    query('SELECT honker_dead_purge(?, ?)', [queue, olderThanS], toNumber),
};
