import type { RunTasksOptions } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { atEnd } from './cleanup.js';
import { Countdown } from './gate.js';
import { Program } from './program.js';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

/** Runs the tasks until the end of the test. */
function run(options: RunTasksOptions = {}): void {
  const controller = new AbortController();
  const running = test.db.runTasks({ ...options, signal: controller.signal });
  atEnd(async () => {
    controller.abort();
    await running;
  });
}

function envelope(task: unknown, args: unknown, kwargs: unknown): unknown {
  return { __honker_task__: { task, args, kwargs } };
}

describe('a task', () => {
  it('is enqueued with its arguments, and gives its result', async () => {
    const add = test.db.task('add', (a: number, b: number) => a + b, { queue: 'math' });
    const handle = add.enqueue(2, 3);
    expect(test.db.queue('math').getJob(handle.id)).toMatchObject({
      payload: envelope('add', [2, 3], {}),
      maxAttempts: 3,
    });
    run();
    expect(await handle.get()).toBe(5);
    // The result is saved first, then the job is acked.
    await test.until(() => test.count('_honker_live') === 0);
    expect(await handle.get()).toBe(5);
  });

  it('is run by another process', async () => {
    const add = test.db.task('add', (_a: number, _b: number): number => 0, { queue: 'math' });
    const program = new Program('run-tasks.mjs', [test.path]);
    await program.message();
    expect(await add.enqueue(20, 22).get()).toBe(42);
    program.send('stop');
    await program.success();
  });

  it('commits or rolls back with a transaction', async () => {
    const echo = test.db.task('echo', async (value: string) => value);
    const tx = test.db.transaction();
    const lost = echo.enqueueTx(tx, 'lost');
    tx.rollback();
    const kept = test.db.transaction((other) => echo.enqueueTx(other, 'kept'));
    run();
    expect(await kept.get()).toBe('kept');
    expect(kept.id).toBe(lost.id);
    expect(test.db.queue('default').stats()).toMatchObject({ ready: 0, dead: 0 });
  });

  it('saves its result before the job is acked, and for so long', async () => {
    const nothing = test.db.task('nothing', () => {}, { resultTtlS: 60 });
    const handle = nothing.enqueue();
    run();
    expect(await handle.get()).toBeNull();
    const [created, expires] = test.raw
      .prepare('SELECT created_at, expires_at FROM _honker_results')
      .raw()
      .get() as [number, number];
    expect(expires - created).toBe(60);
    // Whoever finds no job finds the result: this would reject.
    const many = Array.from({ length: 100 }, () => nothing.enqueue().get());
    await Promise.all(many);
  });

  it('is tried again as often as it has retries, and then tells why not', async () => {
    let attempts = 0;
    const fails = test.db.task(
      'fails',
      (): number => {
        attempts++;
        throw new Error('no luck');
      },
      { retries: 1 },
    );
    const handle = fails.enqueue();
    const result = handle.get();
    run();
    const delayed = () => test.db.queue('default').getJob(handle.id)?.state === 'pending';
    await test.until(() => attempts === 1 && delayed());
    test.raw.exec('UPDATE _honker_live SET run_at = unixepoch()');
    await expect(result).rejects.toMatchObject({
      code: 'HONKER_NO_RESULT',
      lastError: 'Error: no luck',
    });
    expect(attempts).toBe(2);
  });

  it('has failed after timeoutS, each task after its own', async () => {
    const hangs = test.db.task('hangs', () => new Promise<number>(() => {}), {
      timeoutS: 1,
      retries: 0,
    });
    const slow = test.db.task('slow', async (): Promise<string> => {
      await test.until(() => test.count('_honker_dead') === 1);
      return 'slow';
    });
    const results = [hangs.enqueue().get(), slow.enqueue().get()];
    const settled = Promise.allSettled(results);
    run({ concurrency: 2 });
    expect(await settled).toMatchObject([
      { reason: { lastError: 'TimeoutError: the attempt took longer than 1 s' } },
      { value: 'slow' },
    ]);
  });

  it('whose result is no JSON goes to dead, since its work has been done', async () => {
    let attempts = 0;
    const big = test.db.task('big', () => {
      attempts++;
      return 5n;
    });
    const result = big.enqueue().get();
    run();
    await expect(result).rejects.toMatchObject({
      lastError: expect.stringContaining('the result cannot be written as JSON'),
    });
    expect(attempts).toBe(1);
  });

  it('is refused where it is wrong', () => {
    test.db.task('a', () => 1);
    expect(() => test.db.task('a', () => 1)).toThrow('a task is called "a" already');
    expect(() => test.db.task('', () => 1)).toThrow('name must not be empty');
    expect(() => test.db.task('b', 5 as never)).toThrow('fn must be a function');
    expect(() => test.db.task('b', () => 1, { queue: '' })).toThrow('queue must not be empty');
    expect(() => test.db.task('b', () => 1, { retries: -1 })).toThrow('retries must be at least 0');
    expect(() => test.db.task('b', () => 1, { timeoutS: 0 })).toThrow('timeoutS');
    expect(() => test.db.task('b', () => 1, { resultTtlS: 0 })).toThrow('resultTtlS');
    expect(() => test.db.task('b', (n: number) => n).enqueue(5n as never)).toThrow('payload');
  });
});

describe('what somebody else has enqueued', () => {
  it('with keyword arguments, gets them as its last argument', async () => {
    const echo = test.db.task('echo', (...args: unknown[]) => args);
    const queue = test.db.queue('default');
    const ids = [
      queue.enqueue(envelope('echo', [1], { to: 'alice' })),
      queue.enqueue(envelope('echo', [1], {})),
      queue.enqueue({ __honker_task__: { task: 'echo' } }),
      echo.enqueue(2).id,
    ];
    run();
    const results = await Promise.all(ids.map((id) => queue.waitResult(id)));
    expect(results).toEqual([[1, { to: 'alice' }], [1], [], [2]]);
  });

  it.each([
    [envelope('unknown', [], {}), 'no task is called "unknown" in the process that ran it'],
    [{ to: 'alice' }, 'not a task: the payload has no object __honker_task__'],
    [null, 'not a task: the payload has no object __honker_task__'],
    [envelope(5, [], {}), 'not a task: __honker_task__.task is not a string'],
    [envelope('echo', 5, {}), 'not a task: __honker_task__.args is not an array'],
    [envelope('echo', [], []), 'not a task: __honker_task__.kwargs is not an object'],
  ])('as %j goes to dead, and says why', async (payload, message) => {
    test.db.task('echo', (...args: unknown[]) => args);
    const queue = test.db.queue('default');
    const id = queue.enqueue(payload);
    run();
    await expect(queue.waitResult(id)).rejects.toMatchObject({
      lastError: `FailError: ${message}`,
    });
    expect(queue.dead.list()[0]?.attempts).toBe(1);
  });
});

describe('runTasks', () => {
  it('runs so many at a time, in each queue', async () => {
    const all = new Countdown(4);
    const meet = async () => {
      all.tick();
      await all.reached;
    };
    const a = test.db.task('a', meet, { queue: 'a' });
    const b = test.db.task('b', meet, { queue: 'b' });
    const handles = [a.enqueue(), a.enqueue(), b.enqueue(), b.enqueue()];
    run({ concurrency: 2 });
    await Promise.all(handles.map((handle) => handle.get()));
  });

  it('runs what has a schedule at its times', async () => {
    const twice = new Countdown(2);
    test.db.task('tick', () => twice.tick(), { schedule: '@every 1s', queue: 'ticks' });
    run();
    await twice.reached;
    expect(test.db.scheduler().list()).toMatchObject([
      {
        name: 'tick',
        queue: 'ticks',
        schedule: '@every 1s',
        payload: envelope('tick', [], {}),
        maxAttempts: 3,
      },
    ]);
  });

  it('leaves a schedule alone that is there, and replaces one that has changed', async () => {
    const scheduler = test.db.scheduler();
    const stopped = AbortSignal.abort();
    test.db.task('tick', () => {}, { schedule: '@every 1h' });
    await test.db.runTasks({ signal: stopped });
    test.raw.exec('UPDATE _honker_scheduler_tasks SET next_fire_at = next_fire_at - 1000');
    const [before] = scheduler.list();
    await test.db.runTasks({ signal: stopped });
    expect(scheduler.list()).toEqual([before]);
    const later = new TestDatabase(test.path);
    later.db.task('tick', () => {}, { schedule: '@every 2h' });
    await later.db.runTasks({ signal: stopped });
    expect(scheduler.list()).toMatchObject([{ schedule: '@every 2h' }]);
  });

  it('drains when its signal fires', async () => {
    const controller = new AbortController();
    const started = new Countdown(1);
    const finish = new Countdown(1);
    const task = test.db.task('a', async () => {
      started.tick();
      await finish.reached;
      return 'finished';
    });
    const handle = task.enqueue();
    const running = test.db.runTasks({ signal: controller.signal });
    await started.reached;
    controller.abort();
    finish.tick();
    await running;
    expect(test.db.getResult(handle.id)).toBe('finished');
  });

  it('rejects when the database is closed, and where it is told nonsense', async () => {
    test.db.task('a', () => {});
    await expect(test.db.runTasks({ concurrency: 0 })).rejects.toThrow('concurrency');
    test.db.task('b', () => {}, { schedule: 'whenever' });
    await expect(test.db.runTasks()).rejects.toThrow('whenever');
    const other = new TestDatabase(test.path);
    other.db.task('a', () => {});
    const running = other.db.runTasks();
    await other.until(() => other.raw.prepare('SELECT 1 FROM _honker_locks').get() !== undefined);
    other.db.close();
    await expect(running).rejects.toMatchObject({ code: 'HONKER_CLOSED' });
  });
});
