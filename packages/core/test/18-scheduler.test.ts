import type { Scheduler } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { Program } from './program.js';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
let scheduler: Scheduler;
beforeEach(() => {
  test = new TestDatabase();
  scheduler = test.db.scheduler();
});

const YEARLY = { queue: 'q', schedule: '@yearly' };

function leader(): string | undefined {
  return test.raw
    .prepare(`SELECT owner FROM _honker_locks WHERE name = 'honker-scheduler'`)
    .pluck()
    .get() as string | undefined;
}

/** Makes a schedule due, as the time would. */
function makeDue(name: string): void {
  test.raw
    .prepare('UPDATE _honker_scheduler_tasks SET next_fire_at = unixepoch() WHERE name = ?')
    .run(name);
}

function jobs(queue = 'q'): number {
  return test.db.queue(queue).stats().ready;
}

describe('schedules', () => {
  it('are added, listed, updated, paused, resumed and removed', () => {
    scheduler.add({ ...YEARLY, name: 'b', payload: { n: 1 }, priority: 2, expiresS: 60 });
    scheduler.add({ ...YEARLY, name: 'a', maxAttempts: 7 });
    const [a, b] = scheduler.list();
    expect(a).toMatchObject({ name: 'a', payload: null, priority: 0, maxAttempts: 7 });
    expect(b).toEqual({
      name: 'b',
      queue: 'q',
      schedule: '@yearly',
      payload: { n: 1 },
      priority: 2,
      expiresS: 60,
      nextFireAt: expect.any(Number),
      enabled: true,
      maxAttempts: 3,
    });
    expect(scheduler.soonest()).toBe(b?.nextFireAt);
    expect(scheduler.pause('a')).toBe(true);
    expect(scheduler.list()[0]?.enabled).toBe(false);
    expect(scheduler.resume('a')).toBe(true);
    expect(scheduler.list()[0]?.enabled).toBe(true);
    expect(scheduler.update('b', { payload: [2], expiresS: null, priority: -1 })).toBe(true);
    expect(scheduler.list()[1]).toEqual({ ...b, payload: [2], expiresS: null, priority: -1 });
    expect(scheduler.update('b', { schedule: '@every 5s', maxAttempts: 1 })).toBe(true);
    expect(scheduler.list()[1]).toMatchObject({ schedule: '@every 5s', maxAttempts: 1 });
    expect(scheduler.update('b', {})).toBe(true);
    expect(scheduler.remove('b')).toBe(true);
    expect(scheduler.list().map(({ name }) => name)).toEqual(['a']);
  });

  it('that are not there are answered by false', () => {
    for (const call of ['pause', 'resume', 'remove'] as const)
      expect(scheduler[call]('x')).toBe(false);
    expect(scheduler.update('x', { priority: 1 })).toBe(false);
    expect(scheduler.soonest()).toBeNull();
    expect(scheduler.tick()).toEqual([]);
  });

  it('of the same name are replaced', () => {
    scheduler.add({ ...YEARLY, name: 'a', payload: 1 });
    scheduler.add({ ...YEARLY, name: 'a', payload: 2 });
    expect(scheduler.list().map(({ payload }) => payload)).toEqual([2]);
  });

  it.each([
    ['as it is', {}, false],
    ['with another payload', { payload: 2 }, true],
    ['in another queue', { queue: 'r' }, true],
    ['at other times', { schedule: '@every 2h' }, true],
    ['of another priority', { priority: 1 }, true],
    ['with an expiry', { expiresS: 60 }, true],
    ['with other attempts', { maxAttempts: 1 }, true],
  ])('are ensured %s, and left alone otherwise', (_, change, isReplaced) => {
    const often = { name: 'a', queue: 'q', schedule: '@every 1h', payload: 1 };
    expect(scheduler.ensure(often)).toBe(true);
    test.raw.exec('UPDATE _honker_scheduler_tasks SET next_fire_at = next_fire_at - 1000');
    const before = scheduler.list();
    expect(scheduler.ensure({ ...often, ...change })).toBe(isReplaced);
    expect(scheduler.list()).toMatchObject([{ payload: 1, ...change }]);
    if (!isReplaced) expect(scheduler.list()).toEqual(before);
    expect(() => scheduler.ensure({ ...often, schedule: 'whenever' })).toThrow(/whenever|fields/);
  });

  it('become jobs by tick(), with what they say', () => {
    scheduler.add({ ...YEARLY, name: 'a', payload: { n: 1 }, priority: 5, maxAttempts: 2 });
    const at = scheduler.soonest() ?? 0;
    expect(scheduler.tick(at - 1)).toEqual([]);
    const [fired] = scheduler.tick(at);
    expect(fired).toEqual({ name: 'a', queue: 'q', fireAt: at, jobId: expect.any(Number) });
    expect(test.db.queue('q').getJob(fired?.jobId ?? 0)).toMatchObject({
      payload: { n: 1 },
      priority: 5,
      maxAttempts: 2,
    });
    expect(scheduler.soonest()).toBeGreaterThan(at);
    expect(scheduler.tick(at)).toEqual([]);
  });

  it('that are wrong are refused, by what is wrong with them', () => {
    expect(() => scheduler.add({ ...YEARLY, name: '' })).toThrow('name must not be empty');
    expect(() => scheduler.add({ ...YEARLY, name: 'a', schedule: '61 * * * *' })).toThrow('61');
    expect(() => scheduler.add({ ...YEARLY, name: 'a', priority: 0.5 })).toThrow('priority');
    expect(() => scheduler.add({ ...YEARLY, name: 'a', expiresS: -1 })).toThrow('expiresS');
    expect(() => scheduler.add({ ...YEARLY, name: 'a', maxAttempts: 0 })).toThrow('maxAttempts');
    expect(() => scheduler.update('a', { schedule: '' })).toThrow('schedule');
    expect(() => scheduler.update('a', { maxAttempts: 0 })).toThrow('maxAttempts');
    expect(() => scheduler.tick(-1)).toThrow('now must be at least 0');
    expect(scheduler.list()).toEqual([]);
    const tx = test.db.transaction();
    expect(() => scheduler.add({ ...YEARLY, name: 'a' })).toThrow('a transaction is open');
    tx.rollback();
  });
});

/** A run of the scheduler in this process, that stops at the end of `body`. */
async function running(body: () => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const run = scheduler.run({ signal: controller.signal });
  try {
    await body();
  } finally {
    controller.abort();
    await run;
  }
}

describe('run()', () => {
  it('fires what is due, and what falls due', async () => {
    scheduler.add({ ...YEARLY, name: 'a' });
    makeDue('a');
    await running(async () => {
      await test.until(() => jobs() === 1);
      scheduler.add({ name: 'soon', queue: 'soon', schedule: '@every 1s' });
      await test.until(() => jobs('soon') >= 2);
    });
    expect(jobs()).toBe(1);
    expect(leader()).toBeUndefined();
  });

  it('sees a change by another process at once', async () => {
    await running(async () => {
      await test.until(() => leader() !== undefined);
      const other = new TestDatabase(test.path);
      other.db.scheduler().add({ ...YEARLY, name: 'a' });
      makeDue('a');
      await test.until(() => jobs() === 1);
    });
  });

  it('returns when its signal has fired before', async () => {
    await scheduler.run({ signal: AbortSignal.abort() });
    expect(leader()).toBeUndefined();
    expect([scheduler.isLeader, scheduler.leader()]).toEqual([false, null]);
  });

  it('gives the lead up when the database is closed', async () => {
    const run = scheduler.run();
    const leading = test.until(() => leader() !== undefined);
    await leading;
    test.db.close();
    await expect(run).rejects.toMatchObject({ code: 'HONKER_CLOSED' });
    expect(leader()).toBeUndefined();
    expect(scheduler.isLeader).toBe(false);
  });

  it('fires each boundary once, with several of them running', async () => {
    const programs = [1, 2].map(() => new Program('schedule.mjs', [test.path]));
    for (const program of programs) await program.message();
    await running(async () => {
      scheduler.add({ name: 'a', queue: 'q', schedule: '@every 1s' });
      const first = scheduler.list()[0]?.nextFireAt ?? 0;
      await test.until(() => jobs() >= 3);
      const [next, count] = test.raw
        .prepare(
          'SELECT next_fire_at, (SELECT count(*) FROM _honker_live) FROM _honker_scheduler_tasks',
        )
        .raw()
        .get() as [number, number];
      expect(count).toBe(next - first);
    });
    for (const program of programs) program.send('stop');
    for (const program of programs) await program.success();
  });

  it('hands the lead over when the leader stops', async () => {
    const first = new Program('schedule.mjs', [test.path]);
    await first.message();
    await test.until(() => leader() !== undefined);
    const owner = leader();
    await running(async () => {
      first.send('stop');
      await first.success();
      await test.until(() => ![owner, undefined].includes(leader()));
    });
  });

  it('replaces a leader that was killed, once its lock has run out', async () => {
    const first = new Program('schedule.mjs', [test.path]);
    await first.message();
    await test.until(() => leader() !== undefined);
    const owner = leader();
    scheduler.add({ ...YEARLY, name: 'a' });
    await running(async () => {
      await first.kill();
      makeDue('a');
      expect(leader()).toBe(owner);
      test.raw.exec('UPDATE _honker_locks SET expires_at = unixepoch() - 1');
      await test.until(() => jobs() === 1);
      expect(leader()).not.toBe(owner);
    });
  });

  it('takes the lead when the time of a dead leader is over, without a commit of anybody', async () => {
    scheduler.add({ ...YEARLY, name: 'a' });
    makeDue('a');
    test.db.tryLock('honker-scheduler', 'dead', 1);
    await running(() => test.until(() => jobs() === 1));
  });

  it('steps down when the lock was taken away, and comes back when it is free', async () => {
    scheduler.add({ ...YEARLY, name: 'a' });
    await running(async () => {
      await test.until(() => leader() !== undefined);
      test.raw.exec(`UPDATE _honker_locks SET owner = 'thief'`);
      makeDue('a');
      // Somebody who waits for the same commits has been told by now.
      const events = test.db.updateEvents();
      test.db.notify('c', 1);
      await events.next();
      await events.return();
      expect(jobs()).toBe(0);
      expect(scheduler.isLeader).toBe(false);
      expect(scheduler.leader()?.owner).toBe('thief');
      test.raw.exec('DELETE FROM _honker_locks');
      await test.until(() => jobs() === 1);
      expect(scheduler.isLeader).toBe(true);
      expect(leader()).not.toBe('thief');
    });
  });
});
