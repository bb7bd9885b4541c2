import type BetterSqlite3 from 'better-sqlite3';
import { RULES } from './ledger-rules.js';

/**
 * Tables and triggers beside honker's own, in the same file. Who commits something writes it into the
 * ledger in the same transaction, who handles something before saying so; what triggers write is exactly
 * what honker committed, whoever is killed and when.
 */
const SCHEMA = `
CREATE TABLE ledger_committed (key TEXT PRIMARY KEY, kind TEXT NOT NULL, id INTEGER NOT NULL);
CREATE INDEX ledger_committed_id ON ledger_committed (kind, id);

-- How the handler ended: 'return', 'retry', or 'inside', with the ack in the same transaction as this row.
CREATE TABLE ledger_handled (key TEXT, job INTEGER, attempt INTEGER, owner TEXT, how TEXT);
CREATE INDEX ledger_handled_claim ON ledger_handled (job, attempt, owner);
CREATE INDEX ledger_handled_key ON ledger_handled (key);

CREATE TABLE ledger_finished (job INTEGER, attempt INTEGER, owner TEXT, was_handled INTEGER);
CREATE INDEX ledger_finished_job ON ledger_finished (job);
CREATE TRIGGER ledger_finish AFTER DELETE ON _honker_live BEGIN
  INSERT INTO ledger_finished SELECT OLD.id, OLD.attempts, OLD.worker_id, EXISTS (
    SELECT 1 FROM ledger_handled WHERE job = OLD.id AND attempt = OLD.attempts AND owner = OLD.worker_id);
END;

CREATE TABLE ledger_taken_early (job INTEGER, attempt INTEGER, owner TEXT);
CREATE TRIGGER ledger_take AFTER UPDATE ON _honker_live
  WHEN OLD.state = 'processing' AND NEW.worker_id IS NOT OLD.worker_id AND OLD.claim_expires_at >= unixepoch()
    AND NEW.attempts >= OLD.attempts -- a release takes the attempt back
    AND NOT EXISTS (SELECT 1 FROM ledger_handled WHERE job = OLD.id AND attempt = OLD.attempts
                    AND owner = OLD.worker_id AND how = 'retry')
BEGIN
  INSERT INTO ledger_taken_early VALUES (OLD.id, OLD.attempts, OLD.worker_id);
END;

CREATE TABLE ledger_seen (consumer TEXT, session TEXT, offset INTEGER, key TEXT);
CREATE INDEX ledger_seen_offset ON ledger_seen (consumer, offset);
CREATE TABLE ledger_moved_back (consumer TEXT, offset INTEGER);
CREATE TABLE ledger_passed_over (consumer TEXT, offset INTEGER);
CREATE TRIGGER ledger_first_save AFTER INSERT ON _honker_stream_consumers BEGIN
  INSERT INTO ledger_passed_over SELECT NEW.name, offset FROM _honker_stream AS event
    WHERE topic = NEW.topic AND offset <= NEW.offset
      AND NOT EXISTS (SELECT 1 FROM ledger_seen WHERE consumer = NEW.name AND offset = event.offset);
END;
CREATE TRIGGER ledger_save AFTER UPDATE ON _honker_stream_consumers BEGIN
  INSERT INTO ledger_passed_over SELECT NEW.name, offset FROM _honker_stream AS event
    WHERE topic = NEW.topic AND offset > OLD.offset AND offset <= NEW.offset
      AND NOT EXISTS (SELECT 1 FROM ledger_seen WHERE consumer = NEW.name AND offset = event.offset);
  INSERT INTO ledger_moved_back SELECT NEW.name, NEW.offset WHERE NEW.offset < OLD.offset;
END;

CREATE TABLE ledger_boundaries (name TEXT, from_at INTEGER, to_at INTEGER);
CREATE TRIGGER ledger_advance AFTER UPDATE OF next_fire_at ON _honker_scheduler_tasks
  WHEN NEW.next_fire_at IS NOT OLD.next_fire_at
BEGIN
  INSERT INTO ledger_boundaries VALUES (NEW.name, OLD.next_fire_at, NEW.next_fire_at);
END;
-- A schedule's jobs go into a queue of its own name.
CREATE TABLE ledger_fired (name TEXT, job INTEGER);
CREATE TRIGGER ledger_fire AFTER INSERT ON _honker_live
  WHEN NEW.queue IN (SELECT name FROM _honker_scheduler_tasks)
BEGIN
  INSERT INTO ledger_fired VALUES (NEW.queue, NEW.id);
END;
`;

/** What was committed, handled, seen and fired, and the proof that it fits together. */
export class Ledger {
  readonly #raw: BetterSqlite3.Database;

  private constructor(raw: BetterSqlite3.Database) {
    this.#raw = raw;
  }

  /** In a database that honker has been in. */
  static create(raw: BetterSqlite3.Database): Ledger {
    raw.exec(SCHEMA);
    return new Ledger(raw);
  }

  /** One that was made before, by another connection. */
  static read(raw: BetterSqlite3.Database): Ledger {
    return new Ledger(raw);
  }

  /** How many of a kind were committed. */
  committed(kind: string): number {
    return this.#count('SELECT count(*) FROM ledger_committed WHERE kind = ?', kind);
  }

  handled(): number {
    return this.#count('SELECT count(*) FROM ledger_handled');
  }

  seen(consumer: string): number {
    return this.#count('SELECT count(*) FROM ledger_seen WHERE consumer = ?', consumer);
  }

  /** Committed events that a consumer has not seen. */
  unseen(consumer: string): number {
    return this.#count(
      `SELECT count(*) FROM ledger_committed WHERE kind = 'event'
       AND NOT EXISTS (SELECT 1 FROM ledger_seen WHERE consumer = ? AND offset = id)`,
      consumer,
    );
  }

  fired(): number {
    return this.#count('SELECT count(*) FROM ledger_fired');
  }

  /** Committed notifications, in order. */
  notifications(): number[] {
    return this.#raw
      .prepare(`SELECT id FROM ledger_committed WHERE kind = 'notification' ORDER BY id`)
      .pluck()
      .all() as number[];
  }

  /** What the rules find, each with its invariant; nothing when all is well. To be asked after a drain. */
  violations(): string[] {
    const found = RULES.map(({ invariant, says, sql }) => {
      const rows = this.#raw.prepare(sql).all();
      const some = JSON.stringify(rows.slice(0, 3));
      return rows.length === 0 ? '' : `${invariant}: ${says}: ${rows.length}, as ${some}`;
    });
    const integrity = this.#raw.pragma('integrity_check', { simple: true });
    return [...found, integrity === 'ok' ? '' : String(integrity)].filter((text) => text !== '');
  }

  #count(sql: string, ...parameters: string[]): number {
    return this.#raw
      .prepare(sql)
      .pluck()
      .get(...parameters) as number;
  }
}
