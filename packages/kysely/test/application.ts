import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HonkerKysely, type HonkerTables, honkerKysely } from '@honker/kysely';
import type BetterSqlite3 from 'better-sqlite3';
import * as kysely028 from 'kysely';
import * as kysely029 from 'kysely-029';
import { expect } from 'vitest';
import { atEnd } from '../../core/test/cleanup.js';
import { open } from './drivers.js';

export interface Tables extends HonkerTables {
  orders: { id: kysely028.Generated<number>; item: string };
}

/** The major versions of Kysely; the tests are typed by the older one. */
export const kyselys = [
  { version: '0.28', kysely: kysely028 },
  { version: '0.29', kysely: kysely029 as unknown as typeof kysely028 },
];

export type KyselyModule = typeof kysely028;

export function temporaryPath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'honker-kysely-'));
  atEnd(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'app.db');
}

/** A connection of the running test, with the pragmas that an application sets. */
export function openConnection(path: string): ReturnType<typeof open> {
  const opened = open(path);
  opened.raw.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  return opened;
}

/** An application of the running test: its Kysely, its tables, honker, and an onlooker's own connection. */
export class Application {
  readonly path: string;
  readonly raw: BetterSqlite3.Database;
  readonly db: kysely028.Kysely<Tables>;
  readonly onlooker: BetterSqlite3.Database;
  #honker: HonkerKysely | undefined;

  static async start(
    kysely: KyselyModule,
    config: Partial<kysely028.KyselyConfig> = {},
    path = temporaryPath(),
  ): Promise<Application> {
    const app = new Application(kysely, config, path);
    app.#honker = await honkerKysely(app.db, app.raw);
    return app;
  }

  private constructor(kysely: KyselyModule, config: Partial<kysely028.KyselyConfig>, path: string) {
    this.path = path;
    const { raw, database } = openConnection(path);
    raw.exec('CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, item TEXT UNIQUE)');
    this.raw = raw;
    this.db = new kysely.Kysely<Tables>({
      ...config,
      dialect: new kysely.SqliteDialect({ database }),
    });
    this.onlooker = open(path).raw;
    atEnd(async () => {
      await this.#honker?.close();
      await this.db.destroy();
      this.onlooker.close();
    });
  }

  get honker(): HonkerKysely {
    if (this.#honker === undefined) throw new Error('the application was not started');
    return this.#honker;
  }

  /** What others see. */
  orders(): unknown[] {
    return this.#column('SELECT item FROM orders ORDER BY id');
  }

  /** The payloads of the jobs that others see. */
  jobs(): unknown[] {
    return this.#column('SELECT payload FROM _honker_live ORDER BY id').map((payload) =>
      JSON.parse(String(payload)),
    );
  }

  deadJobs(): unknown[] {
    return this.#column('SELECT payload FROM _honker_dead ORDER BY id');
  }

  #column(sql: string): unknown[] {
    const rows = this.onlooker.prepare(sql).all() as Record<string, unknown>[];
    return rows.map((row) => Object.values(row)[0]);
  }
}

/** An error of honker's, by its code. */
export const withCode = (code: string) => expect.objectContaining({ code });
