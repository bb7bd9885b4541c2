import { extensionPath } from '@honker/native';
import Database from 'better-sqlite3';
import type { Client, ClientKind, OpenOptions, Value } from './client.js';
import { fromInteger } from './client.js';

export const betterSqlite3: ClientKind = {
  name: 'better-sqlite3',
  unavailable: undefined,
  async open(path: string, options: OpenOptions = {}): Promise<Client> {
    const zone = process.env.TZ;
    if (options.timeZone) process.env.TZ = options.timeZone; // Node tells the C library
    const db = new Database(path, { readonly: options.readonly ?? false });
    db.defaultSafeIntegers(true);
    if (options.extension !== null) db.loadExtension(options.extension ?? extensionPath());
    return {
      async query(sql, params = []) {
        const statement = db.prepare(sql);
        if (!statement.reader) {
          statement.run(params);
          return [];
        }
        const rows = statement.raw().all(params) as (Value | bigint)[][];
        return rows.map((row) =>
          row.map((value) => (typeof value === 'bigint' ? fromInteger(value) : value)),
        );
      },
      async close() {
        db.close();
        if (!options.timeZone) return;
        if (zone === undefined) delete process.env.TZ;
        else process.env.TZ = zone;
      },
    };
  },
};
