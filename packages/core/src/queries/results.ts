import { query, toNumber } from './query.js';

/** What jobs came to. */
export const resultQueries = {
  saveResult: (jobId: number, value: string, ttlS: number) =>
    query('SELECT honker_result_save(?, ?, ?)', [jobId, value, ttlS], toNumber),

  getResult: (jobId: number) =>
    query<string | null>('SELECT honker_result_get(?)', [jobId], (value) =>
      value === null ? null : String(value),
    ),

  sweepResults: () => query('SELECT honker_result_sweep()', [], toNumber),
};
