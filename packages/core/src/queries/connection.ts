import { query, toNumber, toText } from './query.js';

/** What a connection, and its file, are set up with. */
export const connectionQueries = {
  version: () => query('SELECT honker_version()', [], toText),

  bootstrap: () => query('SELECT honker_bootstrap()', [], toNumber),

  busyTimeout: (ms: number) => query('SELECT honker_busy_timeout(?)', [ms], toNumber),

  /** null: no limit any more. */
  busyLimit: (ms: number | null) => query('SELECT honker_busy_limit(?)', [ms], toNumber),

  walAutocheckpoint: (pages: number) =>
    query('SELECT honker_wal_autocheckpoint(?)', [pages], toNumber),

  autoLoad: () => query('SELECT honker_auto_load()', [], toNumber),

  /** In whole seconds, for tests. */
  shiftClock: (seconds: number) => query('SELECT honker_clock_shift(?)', [seconds], toNumber),
};
