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

  /** 0 for a job of another queue, too. */
  deadRequeueIn: (queue: string, id: number) =>
    query(
      "SELECT CASE WHEN json_extract(honker_dead_list(?, ?, 1), '$[0].id') = ? THEN honker_dead_requeue(?) ELSE 0 END",
      [queue, id - 1, id, id],
      toNumber,
    ),

  deadPurge: (queue: string, olderThanS: number) =>
    query('SELECT honker_dead_purge(?, ?)', [queue, olderThanS], toNumber),
};
