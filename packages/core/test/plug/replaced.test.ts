import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { open } from '@honker/core';
import { describe, expect, it } from 'vitest';
import { Program } from '../program.js';
import { openRaw, temporaryPath } from '../temporary-database.js';
import { Ledger } from './ledger.js';
import { settled } from './settled.js';

/** Moves a database away, with what belongs to it, as who restores a backup does. */
function moveAway(path: string): string {
  const away = join(dirname(path), 'away');
  mkdirSync(away);
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    if (existsSync(file)) renameSync(file, join(away, basename(file)));
  }
  return join(away, basename(path));
}

/** A new database, with a ledger, and jobs that wait. */
function fill(path: string, jobs: number): void {
  const raw = openRaw(path);
  const db = open(raw);
  Ledger.create(raw);
  for (let i = 0; i < jobs; i++) {
    db.transaction((tx) => {
      const key = `${path} ${i}`;
      const id = db.queue('work').enqueueTx(tx, { key });
      tx.execute(`INSERT INTO ledger_committed VALUES (?, 'job', ?)`, [key, id]);
      const offset = db.stream('events').publishTx(tx, { key });
      tx.execute(`INSERT INTO ledger_committed VALUES (?, 'event', ?)`, [`${key}, event`, offset]);
    });
  }
  db.close();
  raw.close();
}

/** Works off a database with programs of its own, until the ledger can be asked. */
async function workOff(path: string): Promise<string[]> {
  const raw = openRaw(path);
  const db = open(raw);
  const ledger = Ledger.read(raw);
  const worker = new Program(new URL('programs/worker.mjs', import.meta.url), [path, 0]);
  await settled(
    db,
    () => db.queue('work').stats().ready + db.queue('work').stats().processing === 0,
  );
  worker.send('stop');
  await worker.success();
  db.close();
  return ledger.violations();
}

describe.each(['deleted', 'replaced'])('a database file that was %s', (how) => {
  it('ends all that waits for it, in every process, and the files keep what they have', async () => {
    const path = temporaryPath();
    fill(path, 5);
    const other = `${path}.new`;
    fill(other, 3);
    const survivor = new URL('programs/survivor.mjs', import.meta.url);
    const survivors = [1, 2].map(() => new Program(survivor, [path]));
    for (const program of survivors) await program.message();

    const away = moveAway(path);
    if (how === 'replaced') renameSync(other, path);
    for (const program of survivors) {
      const codes = await program.message<string[]>();
      expect(codes).toEqual(codes.map(() => 'HONKER_DATABASE_REPLACED'));
      expect((await program.success()).stderr).toBe('');
    }
    // Whatever the old processes did as they ended, they did to the old file.
    expect(existsSync(path)).toBe(how === 'replaced');
    expect(await workOff(how === 'replaced' ? path : away)).toEqual([]);
  });
});
