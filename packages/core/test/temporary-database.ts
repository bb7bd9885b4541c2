import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, open } from '@honker/core';
import BetterSqlite3 from 'better-sqlite3';
import { atEnd } from './cleanup.js';

/** A directory of the running test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'honker-test-'));
  atEnd(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The path of a database file that doesn't exist yet. */
export function temporaryPath(): string {
  return join(temporaryDirectory(), 'app.db');
}

/** An application's own connection. */
export function openRaw(path: string, options?: BetterSqlite3.Options): BetterSqlite3.Database {
  const raw = new BetterSqlite3(path, options);
  atEnd(() => raw.close());
  return raw;
}

/** A database of the running test, with a second connection to see and change its rows by. */
export class TestDatabase {
  readonly path: string;
  readonly db: Database;
  readonly raw: BetterSqlite3.Database;

  constructor(path = temporaryPath()) {
    this.path = path;
    this.db = open(path);
    atEnd(() => this.db.close());
    this.raw = openRaw(path);
  }

  /** The rows of live jobs, by id. */
  live(columns = 'id, state, attempts'): unknown[] {
    return this.raw.prepare(`SELECT ${columns} FROM _honker_live ORDER BY id`).all();
  }

  count(table: '_honker_live' | '_honker_dead' | '_honker_rate_limits'): number {
    return this.raw.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  }

  /** Waits, from commit to commit, until a condition holds. */
  async until(condition: () => boolean): Promise<void> {
    const events = this.db.updateEvents();
    while (!condition()) await events.next();
    await events.return();
  }

  /** Lets every lease run out, as the time would. */
  expireLeases(): void {
    this.raw.exec(
      `UPDATE _honker_live SET claim_expires_at = unixepoch() - 1 WHERE state = 'processing'`,
    );
  }

  /** How often the extension has used a statement on honker's connection. */
  uses(sqlLike: string): number {
    const [row] = this.db.query<{ uses: number }>(
      'SELECT ifnull(sum(uses), 0) AS uses FROM honker_statements WHERE sql LIKE ?',
      [sqlLike],
    );
    if (row === undefined) throw new Error('honker_statements has no rows');
    return row.uses;
  }
}
