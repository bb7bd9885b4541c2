import { once } from 'node:events';
import { createRequire } from 'node:module';
import { FailError, HonkerError, RetryError } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { Program } from './program.js';
import { TestDatabase, temporaryPath } from './temporary-database.js';

describe('a program', () => {
  it('that opens, works, stops and closes ends by itself, and leaves nothing open', async () => {
    const program = new Program('open-work-close.mjs', [temporaryPath()]);
    const left = await program.message<{
      threads: number;
      descriptors: string[];
      timers: string[];
    }>();
    expect(left).toEqual({ threads: 0, descriptors: [], timers: [] });
    expect(await program.success()).toMatchObject({ signal: null, stderr: '' });
  });

  it('stays alive while a worker runs, and is waiting without a timer of its own', async () => {
    const { db, path } = new TestDatabase();
    const program = new Program('work-until-told.mjs', [path]);
    const resources = await program.message<string[]>();
    expect(resources).not.toContain('Timeout');
    db.queue('q').enqueue('last');
    expect(await program.message()).toBe('handled last');
    expect((await program.success()).stderr).toBe('');
  });

  it('that only closes the database, without stopping its worker, ends too', async () => {
    const { path } = new TestDatabase();
    const program = new Program('close-without-stop.mjs', [path]);
    expect((await program.success()).stderr).toBe('');
  });

  it('that forgets to close still ends when nothing runs', async () => {
    const { path, db } = new TestDatabase();
    const program = new Program('forget-to-close.mjs', [path]);
    expect((await program.success()).stderr).toBe('');
    expect(db.queue('q').stats().ready).toBe(1);
  });
});

describe('both builds of the package', () => {
  const require = createRequire(import.meta.url);
  const commonjs = require('@honker/core') as typeof import('@honker/core');
  let test: TestDatabase;
  beforeEach(() => {
    test = new TestDatabase();
  });

  it('are two copies, with the same exports', async () => {
    const esm = await import('@honker/core');
    expect(commonjs.RetryError).not.toBe(RetryError);
    expect(Object.keys(commonjs).sort()).toEqual(Object.keys(esm).sort());
  });

  it('work in one process on one file, and wake each other', async () => {
    const other = commonjs.open(test.path);
    const worker = test.db.queue('a').work((job) => {
      other.queue('b').enqueue(job.payload);
    });
    const answering = other.queue('b').work(() => {});
    const answered = once(answering, 'completed');
    test.db.queue('a').enqueue('there and back');
    expect((await answered)[0].payload).toBe('there and back');
    await Promise.all([worker.stop(), answering.stop()]);
    other.close();
  });

  it('understand the errors of the other', async () => {
    const queue = test.db.queue<string>('q');
    queue.enqueueMany(['retry', 'fail']);
    const worker = queue.work((job) => {
      if (job.payload === 'retry') throw new commonjs.RetryError('later', { delayS: 777 });
      throw new commonjs.FailError('never');
    });
    const failed = once(worker, 'failed');
    const dead = once(worker, 'dead');
    expect((await failed)[2]).toBe(777);
    expect((await dead)[0].attempts).toBe(1);
    await worker.stop();
  });

  it("refuse each other's transaction", () => {
    const other = commonjs.open(test.path);
    const tx = other.transaction();
    expect(() => test.db.queue('q').enqueueTx(tx as never, 1)).toThrow(
      expect.objectContaining({ code: 'HONKER_TRANSACTION_UNUSABLE' }),
    );
    tx.rollback();
    other.close();
  });
});

describe('errors', () => {
  it('have codes that stay what they are', () => {
    const cause = new Error('cause');
    const retry = new RetryError('later', { delayS: 5, cause });
    expect(retry).toBeInstanceOf(HonkerError);
    expect(retry).toBeInstanceOf(Error);
    expect(retry).toMatchObject({
      name: 'RetryError',
      code: 'HONKER_RETRY',
      message: 'later',
      delayS: 5,
      cause,
    });
    expect(new FailError('never', { cause })).toMatchObject({
      name: 'FailError',
      code: 'HONKER_FAIL',
      message: 'never',
      cause,
    });
  });
});
