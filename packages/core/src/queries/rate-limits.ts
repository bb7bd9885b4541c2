import { query, toBoolean, toNumber } from './query.js';

/** Uses counted by the window. */
export const rateLimitQueries = {
  tryRateLimit: (name: string, limit: number, perS: number) =>
    query('SELECT honker_rate_limit_try(?, ?, ?)', [name, limit, perS], toBoolean),

  sweepRateLimits: (olderThanS: number) =>
    query('SELECT honker_rate_limit_sweep(?)', [olderThanS], toNumber),
};
