import { FailError, TimeoutError } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { Program } from './program.js';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

function saved(): unknown[] {
  return test.raw.prepare('SELECT job_id, value FROM _honker_results').raw().all();
}

describe('results', () => {
  it('are saved, replaced and read, null among them', () => {
    expect(test.db.getResult(1)).toBeUndefined();
    test.db.saveResult(1, { sum: 5 });
    expect(test.db.getResult(1)).toEqual({ sum: 5 });
    test.db.saveResult(1, null, 60);
    expect(test.db.getResult(1)).toBeNull();
    expect(saved()).toEqual([[1, 'null']]);
  });

  it('expire', () => {
    test.db.saveResult(1, 'short', 60);
    test.db.saveResult(2, 'for good');
    test.raw.exec('UPDATE _honker_results SET expires_at = unixepoch() WHERE expires_at > 0');
    expect(test.db.getResult(1)).toBeUndefined();
    expect(test.db.getResult(2)).toBe('for good');
  });

  it('that have expired are deleted at every thousandth that a process saves', async () => {
    test.db.transaction((tx) => {
      for (let id = 1; id < 1000; id++) test.db.saveResultTx(tx, id, id, 60);
    });
    test.raw.exec('UPDATE _honker_results SET expires_at = unixepoch()');
    test.db.saveResult(1000, 'last', 60);
    await test.until(() => saved().length === 1);
    expect(test.db.getResult(1000)).toBe('last');
  });

  it('commit or roll back with a transaction', () => {
    const tx = test.db.transaction();
    expect(() => test.db.saveResult(1, 1)).toThrow('saveResultTx(tx, …)');
    test.db.saveResultTx(tx, 1, 1);
    tx.rollback();
    expect(test.db.getResult(1)).toBeUndefined();
    test.db.transaction((other) => test.db.saveResultTx(other, 1, 2));
    expect(test.db.getResult(1)).toBe(2);
  });

  it('that are wrong are refused before any SQL', () => {
    expect(() => test.db.saveResult(0.5, 1)).toThrow('jobId must be a whole number');
    expect(() => test.db.saveResult(1, undefined)).toThrow('value must be a JSON value');
    expect(() => test.db.saveResult(1, 1, 0)).toThrow('ttlS must be at least 1');
    expect(() => test.db.getResult('1' as never)).toThrow('jobId must be a number');
    expect(saved()).toEqual([]);
  });
});

describe('waitResult', () => {
  it('returns what is there already', async () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    test.db.saveResult(id, 'there');
    expect(await queue.waitResult<string>(id)).toBe('there');
  });

  it('is woken by the commit of another process', async () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const program = new Program('save-result.mjs', [test.path]);
    await program.message();
    const result = queue.waitResult(id);
    program.send({ value: { sum: 5 } });
    expect(await result).toEqual({ sum: 5 });
    await program.success();
  });

  it('rejects when the job is gone without a result', async () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    const result = queue.waitResult(id);
    queue.cancel(id);
    await expect(result).rejects.toMatchObject({
      name: 'NoResultError',
      code: 'HONKER_NO_RESULT',
      jobId: id,
      lastError: null,
    });
  });

  it("rejects with the dead letter's last error", async () => {
    const queue = test.db.queue('q');
    const [first, second] = queue.enqueueMany([1, 2]) as [number, number];
    const results = Promise.allSettled([queue.waitResult(first), queue.waitResult(second)]);
    const worker = queue.work((job) => {
      throw new FailError(`no ${job.payload}`);
    });
    expect(await results).toMatchObject([
      { reason: { code: 'HONKER_NO_RESULT', lastError: 'FailError: no 1' } },
      { reason: { message: `job ${second} has no result: it failed with FailError: no 2` } },
    ]);
    await worker.stop();
  });

  it('rejects when its time is up, or its signal fires', async () => {
    const queue = test.db.queue('q');
    const id = queue.enqueue(1);
    await expect(queue.waitResult(id, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'HONKER_TIMEOUT',
      message: `job ${id} had no result after 20 ms`,
    });
    await expect(queue.waitResult(id, { timeoutMs: 0 })).rejects.toBeInstanceOf(TimeoutError);
    const controller = new AbortController();
    const waiting = queue.waitResult(id, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(queue.waitResult(id, { timeoutMs: -1 })).rejects.toThrow('timeoutMs');
    await expect(queue.waitResult(-1)).rejects.toThrow('id must be at least 0');
  });

  it('rejects when the database is closed', async () => {
    const queue = test.db.queue('q');
    const waiting = queue.waitResult(queue.enqueue(1));
    test.db.close();
    await expect(waiting).rejects.toMatchObject({ code: 'HONKER_CLOSED' });
  });
});
