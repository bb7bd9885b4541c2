import { describe, expect, it } from 'vitest';
import { Program } from '../program.js';
import { TestDatabase } from '../temporary-database.js';
import { Ledger } from './ledger.js';
import { settled } from './settled.js';
import { smallFileSystem, smallFiles } from './small-disk.js';

const KINDS = [
  ['a full file system', smallFileSystem, 'SQLITE_FULL', 'only who may mount a tmpfs can fill it'],
  ['a limit of file sizes', smallFiles, 'SQLITE_IOERR_WRITE', 'there is no prlimit'],
] as const;

/** I1, I2: what can't be written is refused, whole, and said so; when there is room again, all goes on. */
describe.each(KINDS)('%s', (_, smallDisk, code, why) => {
  it('loses nothing', async ({ skip }) => {
    const disk = smallDisk();
    if (disk === undefined) return skip(why);
    const test = new TestDatabase(disk.path);
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
    const errors: unknown[] = [];
    worker.onMessage = (message) => {
      if (typeof message === 'object') errors.push(message);
    };
    await settled(test.db, () => test.count('_honker_live') === 0);
    worker.signal('SIGSTOP');
    for (let i = 0; i < 50; i++) enqueue();

    disk.fill(worker.pid);
    const refused = expect.objectContaining({ code });
    expect(() => {
      for (;;) enqueue();
    }).toThrow(refused);
    const committed = ledger.committed('job');
    expect(test.db.queue('work').stats().ready).toBe(committed - 1);
    for (let i = 0; i < 10; i++) expect(enqueue).toThrow(refused);
    expect(ledger.committed('job')).toBe(committed);

    // The worker meets it, too: it says so, and tries again in a while.
    worker.signal('SIGCONT');
    while (errors.length === 0) await worker.message();
    expect(errors[0]).toMatchObject({ code });
    disk.free();
    enqueue();
    await settled(test.db, () => test.count('_honker_live') === 0);
    worker.send('stop');
    expect((await worker.success()).stderr).toBe('');
    expect(ledger.committed('job')).toBe(committed + 1);
    expect(ledger.violations()).toEqual([]);
  });
});
