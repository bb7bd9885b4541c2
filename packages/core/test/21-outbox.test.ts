import { FailError } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { Countdown, Gate } from './gate.js';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

describe('an outbox', () => {
  it('delivers what was committed, and drains when its signal fires', async () => {
    const controller = new AbortController();
    const delivered: string[] = [];
    const started = new Gate();
    const finish = new Gate();
    const outbox = test.db.outbox<string>('webhooks', async (payload) => {
      started.open();
      await finish.opened;
      delivered.push(payload);
    });
    const tx = test.db.transaction();
    outbox.enqueueTx(tx, 'rolled back');
    tx.rollback();
    test.db.transaction((committed) => outbox.enqueueTx(committed, 'committed'));
    let isOver = false;
    const run = outbox.runWorker('me', { signal: controller.signal }).then(() => {
      isOver = true;
    });
    await started.opened;
    controller.abort();
    outbox.enqueue('too late');
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    finish.open();
    await run;
    expect(delivered).toEqual(['committed']);
    expect(outbox.queue.stats().ready).toBe(1);
  });

  it('is the queue _outbox:NAME, whose jobs tell who delivers them', async () => {
    const controller = new AbortController();
    const seen = new Gate<[string, number, boolean]>();
    const outbox = test.db.outbox<number>('mails', (payload, { job, signal }) => {
      seen.open([job.workerId, payload, signal.aborted]);
    });
    const id = outbox.enqueue(5, { priority: 3 });
    expect(test.db.queue('_outbox:mails').getJob(id)).toMatchObject({
      payload: 5,
      priority: 3,
      maxAttempts: 10,
    });
    const run = outbox.runWorker('process-1', { signal: controller.signal });
    const [workerId, payload, isAborted] = await seen.opened;
    expect(workerId).toMatch(/^process-1-.{12}$/);
    expect([payload, isAborted]).toEqual([5, false]);
    controller.abort();
    await run;
  });

  it('tries again, and buries what has used up its attempts', async () => {
    const controller = new AbortController();
    const attempts = new Countdown(2);
    const outbox = test.db.outbox<string>(
      'w',
      () => {
        attempts.tick();
        throw new Error('no answer');
      },
      { maxAttempts: 2, backoff: () => 0 },
    );
    const id = outbox.enqueue('x');
    const run = outbox.runWorker(undefined, { signal: controller.signal });
    await attempts.reached;
    await test.until(() => test.count('_honker_dead') === 1);
    expect(outbox.queue.dead.list()).toMatchObject([
      { id, attempts: 2, lastError: 'Error: no answer' },
    ]);
    controller.abort();
    await run;
  });

  it("waits the worker's backoff by default, and ends an attempt after timeoutS", async () => {
    const controller = new AbortController();
    const outbox = test.db.outbox('w', () => new Promise(() => {}), { timeoutS: 1 });
    const id = outbox.enqueue(1);
    const run = outbox.runWorker('w', { signal: controller.signal });
    await test.until(() => outbox.queue.getJob(id)?.state === 'processing');
    await test.until(() => outbox.queue.getJob(id)?.state === 'pending');
    const job = outbox.queue.getJob(id);
    expect(job?.attempts).toBe(1);
    expect(job?.runAt).toBeGreaterThan(job?.createdAt ?? 0);
    controller.abort();
    await run;
  });

  it('runs as many deliveries at a time as it is told', async () => {
    const controller = new AbortController();
    const both = new Countdown(2);
    const outbox = test.db.outbox('w', async () => {
      both.tick();
      await both.reached;
    });
    outbox.enqueue(1);
    outbox.enqueue(2);
    const run = outbox.runWorker('w', { signal: controller.signal, concurrency: 2 });
    await both.reached;
    controller.abort();
    await run;
    expect(test.count('_honker_live')).toBe(0);
  });

  it('takes what a FailError says, as any queue does', async () => {
    const controller = new AbortController();
    const outbox = test.db.outbox('w', () => {
      throw new FailError('gone');
    });
    outbox.enqueue(1);
    const run = outbox.runWorker('w', { signal: controller.signal });
    await test.until(() => test.count('_honker_dead') === 1);
    controller.abort();
    await run;
  });

  it('stops with an error when the database is closed, at once with a signal that has fired', async () => {
    const outbox = test.db.outbox('w', () => {});
    outbox.enqueue(1);
    await outbox.runWorker('w', { signal: AbortSignal.abort() });
    expect(outbox.queue.stats().ready).toBe(1);
    const run = outbox.runWorker('w');
    test.db.close();
    await expect(run).rejects.toMatchObject({ code: 'HONKER_CLOSED' });
  });

  it('refuses what is wrong before any SQL', async () => {
    expect(() => test.db.outbox('', () => {})).toThrow('name must not be empty');
    expect(() => test.db.outbox('w', 5 as never)).toThrow('handler must be a function');
    expect(() => test.db.outbox('w', () => {}, { maxAttempts: 0 })).toThrow('maxAttempts');
    const outbox = test.db.outbox('w', () => {});
    await expect(outbox.runWorker('')).rejects.toThrow('workerId must not be empty');
    await expect(outbox.runWorker('w', { concurrency: 0 })).rejects.toThrow('concurrency');
  });
});
