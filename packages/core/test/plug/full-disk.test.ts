import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { atEnd } from '../cleanup.js';
import { Program } from '../program.js';
import { TestDatabase, temporaryDirectory } from '../temporary-database.js';
import { Ledger } from './ledger.js';
import { settled } from './settled.js';

/** A file system of a few megabytes; undefined where this user can't have one. */
function smallFileSystem(): string | undefined {
  const directory = join(temporaryDirectory(), 'small');
  mkdirSync(directory);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'honker-test', directory], {
      stdio: 'ignore',
    });
  } catch {
    return undefined;
  }
  atEnd(() => execFileSync('umount', [directory]));
  return directory;
}

/** Writes a file until there is no room left for it. */
function fillUp(path: string): void {
  const descriptor = openSync(path, 'w');
  try {
    for (let size = 65_536; size >= 1; ) {
      try {
        writeSync(descriptor, Buffer.alloc(size));
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'ENOSPC') throw error;
        size = Math.floor(size / 2);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** I1, I2: what can't be written is refused, whole, and said so; when there is room again, all goes on. */
it('a full disk loses nothing', async ({ skip }) => {
  const directory = smallFileSystem();
  if (directory === undefined) return skip('only who may mount a tmpfs can fill a disk');
  const test = new TestDatabase(join(directory, 'app.db'));
  const ledger = Ledger.create(test.raw);
  const queue = test.db.queue('work');
  let n = 0;
  const enqueue = () => {
    test.db.transaction((tx) => {
      const key = `job ${n++}`;
      const id = queue.enqueueTx(tx, { key, filler: 'x'.repeat(1000) }, { maxAttempts: 1000 });
      tx.execute(`INSERT INTO ledger_committed VALUES (?, 'job', ?)`, [key, id]);
    });
  };
  enqueue();
  const worker = new Program(new URL('programs/worker.mjs', import.meta.url), [test.path, 0]);
  const told: unknown[] = [];
  worker.onMessage = (message) => told.push(message);
  await settled(test.db, () => test.count('_honker_live') === 0);
  worker.signal('SIGSTOP');
  for (let i = 0; i < 50; i++) enqueue();

  const filler = join(directory, 'filler');
  fillUp(filler);
  const full = expect.objectContaining({ code: 'SQLITE_FULL' });
  expect(() => {
    for (;;) enqueue();
  }).toThrow(full);
  const committed = ledger.committed('job');
  expect(test.db.queue('work').stats().ready).toBe(committed - 1);
  for (let i = 0; i < 10; i++) expect(enqueue).toThrow(full);
  expect(ledger.committed('job')).toBe(committed);

  // The worker meets it, too: it says so, and tries again in a while.
  worker.signal('SIGCONT');
  while (!told.some((message) => typeof message === 'object')) await worker.message();
  expect(told.find((message) => typeof message === 'object')).toMatchObject({
    code: 'SQLITE_FULL',
  });
  rmSync(filler);
  enqueue();
  await settled(test.db, () => test.count('_honker_live') === 0);
  worker.send('stop');
  expect((await worker.success()).stderr).toBe('');
  expect(ledger.committed('job')).toBe(committed + 1);
  expect(ledger.violations()).toEqual([]);
});
