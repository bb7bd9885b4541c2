import { beforeEach, describe, expect, it } from 'vitest';
import { Gate } from './gate.js';
import { Program } from './program.js';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

function owners(): unknown[] {
  return test.raw.prepare('SELECT owner FROM _honker_locks').pluck().all();
}

/** Lets every lock run out, as the time would. */
function expireLocks(): void {
  test.raw.exec('UPDATE _honker_locks SET expires_at = unixepoch() - 1');
}

describe('tryLock', () => {
  it('gives the lock to one owner, who may renew and release it', () => {
    const lock = test.db.tryLock('report', 'a', 60);
    expect(lock).toMatchObject({ name: 'report', owner: 'a' });
    expect(test.db.tryLock('report', 'b', 60)).toBeNull();
    expect(test.db.tryLock('report', 'a', 60)).not.toBeNull();
    expect(lock?.heartbeat(120)).toBe(true);
    expect(lock?.release()).toBe(true);
    expect(lock?.release()).toBe(false);
    expect(lock?.heartbeat()).toBe(false);
    expect(test.db.tryLock('report', 'b', 60)).not.toBeNull();
  });

  it('frees it after its time', () => {
    const lock = test.db.tryLock('report', 'a', 60);
    expireLocks();
    expect(lock?.heartbeat()).toBe(false);
    expect(test.db.tryLock('report', 'b', 60)).not.toBeNull();
    expect(lock?.release()).toBe(false);
  });

  it('is released at the end of a using block', () => {
    {
      using _lock = test.db.tryLock('report', 'a', 60);
      expect(owners()).toEqual(['a']);
    }
    expect(owners()).toEqual([]);
  });

  it('refuses what is wrong before any SQL', () => {
    expect(() => test.db.tryLock('', 'a', 60)).toThrow('name must not be empty');
    expect(() => test.db.tryLock('l', 5 as never, 60)).toThrow('owner must be a string');
    expect(() => test.db.tryLock('l', 'a', 0)).toThrow('ttlS must be at least 1');
    expect(() => test.db.tryLock('l', 'a', 60)?.heartbeat(0.5)).toThrow('ttlS');
  });
});

describe('withLock', () => {
  it('returns what the body returned, and releases the lock, also when it throws', async () => {
    const result = await test.db.withLock('l', {}, () => {
      expect(owners()).toHaveLength(1);
      return 'result';
    });
    expect(result).toBe('result');
    expect(owners()).toEqual([]);
    const failing = test.db.withLock('l', {}, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(owners()).toEqual([]);
  });

  it('waits for the release, and lets one in at a time', async () => {
    let inside = 0;
    const runs = Array.from({ length: 5 }, () =>
      test.db.withLock('l', {}, async () => {
        expect(++inside).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        inside--;
      }),
    );
    await Promise.all(runs);
  });

  it('waits for the release by another process', async () => {
    const holder = new Program('lock.mjs', [test.path, 'l']);
    expect(await holder.message()).toBe('held');
    const got = test.db.withLock('l', {}, () => 'got');
    holder.send('let go');
    expect(await got).toBe('got');
    await holder.success();
  });

  it('waits for the end of the time of a process that was killed', async () => {
    const holder = new Program('lock.mjs', [test.path, 'l']);
    await holder.message();
    await holder.kill();
    const got = test.db.withLock('l', {}, () => 'got');
    expect(owners()).toHaveLength(1);
    expireLocks();
    expect(await got).toBe('got');
  });

  it('waits for the end of the time by itself, without a commit of anybody', async () => {
    test.db.tryLock('l', 'dead', 1);
    expect(await test.db.withLock('l', {}, () => 'got')).toBe('got');
  });

  it('renews the lock while the body runs', async () => {
    const expiry = () =>
      test.raw.prepare('SELECT expires_at FROM _honker_locks').pluck().get() as number;
    await test.db.withLock('l', { ttlS: 2 }, async (signal) => {
      const before = expiry();
      // Beyond the time that it was first taken for.
      await test.until(() => expiry() > before + 2);
      expect(signal.aborted).toBe(false);
    });
  });

  it('tells the body when the lock was lost, which then decides', async () => {
    const reason = await test.db.withLock('l', { ttlS: 1 }, async (signal) => {
      const lost = new Gate();
      signal.addEventListener('abort', () => lost.open());
      test.raw.exec(`UPDATE _honker_locks SET owner = 'thief'`);
      await lost.opened;
      return signal.reason;
    });
    expect(reason).toMatchObject({ name: 'LockLostError', code: 'HONKER_LOCK_LOST' });
    expect(owners()).toEqual(['thief']);
  });

  it('tells the body in time when the lock could not be renewed', async () => {
    const reason = await test.db.withLock('l', { ttlS: 1 }, async (signal) => {
      test.raw.exec('BEGIN IMMEDIATE');
      const lost = new Gate();
      signal.addEventListener('abort', () => lost.open());
      await lost.opened;
      test.raw.exec('ROLLBACK');
      return signal.reason;
    });
    expect(reason).toMatchObject({ code: 'HONKER_LOCK_LOST' });
  });

  it('stops waiting when its signal fires, throwing the reason', async () => {
    test.db.tryLock('l', 'other', 60);
    const controller = new AbortController();
    const waiting = test.db.withLock('l', { signal: controller.signal }, () => 'got');
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    const late = test.db.withLock('l', { signal: controller.signal }, () => 'got');
    await expect(late).rejects.toThrow('enough');
  });

  it('passes its signal on to the body', async () => {
    const controller = new AbortController();
    const reason = await test.db.withLock('l', { signal: controller.signal }, (signal) => {
      controller.abort('enough');
      return signal.reason;
    });
    expect(reason).toBe('enough');
    expect(owners()).toEqual([]);
  });

  it('releases the lock when the database is closed', async () => {
    const inside = new Gate();
    const leave = new Gate();
    const run = test.db.withLock('l', {}, async () => {
      inside.open();
      await leave.opened;
      return 'done';
    });
    await inside.opened;
    test.db.close();
    expect(owners()).toEqual([]);
    leave.open();
    expect(await run).toBe('done');
    await expect(test.db.withLock('l', {}, () => {})).rejects.toMatchObject({
      code: 'HONKER_CLOSED',
    });
  });

  it('refuses what is wrong before any SQL', async () => {
    const { db } = test;
    await expect(db.withLock('', {}, () => {})).rejects.toThrow('name must not be empty');
    await expect(db.withLock('l', { ttlS: 0 }, () => {})).rejects.toThrow('ttlS');
    await expect(db.withLock('l', {}, 5 as never)).rejects.toThrow('body must be a function');
  });
});

describe('tryRateLimit', () => {
  it('counts up to the limit, for each name and for all connections', () => {
    const other = new TestDatabase(test.path);
    const day = 86_400;
    expect(test.db.tryRateLimit('api', 2, day)).toBe(true);
    expect(other.db.tryRateLimit('api', 2, day)).toBe(true);
    expect(test.db.tryRateLimit('api', 2, day)).toBe(false);
    expect(test.db.tryRateLimit('api', 3, day)).toBe(true);
    expect(test.db.tryRateLimit('other', 1, day)).toBe(true);
    expect(test.db.tryRateLimit('none', 0, day)).toBe(false);
  });

  it('forgets the windows that are swept', () => {
    const day = 86_400;
    expect(test.db.tryRateLimit('api', 1, day)).toBe(true);
    expect(test.db.sweepRateLimits(2 * day)).toBe(0);
    expect(test.db.tryRateLimit('api', 1, day)).toBe(false);
    test.raw.exec(`UPDATE _honker_rate_limits SET window_start = window_start - ${3 * day}`);
    expect(test.db.sweepRateLimits(2 * day)).toBe(1);
    expect(test.count('_honker_rate_limits')).toBe(0);
    expect(() => test.db.sweepRateLimits(-1)).toThrow('olderThanS');
  });

  it('refuses what is wrong before any SQL', () => {
    expect(() => test.db.tryRateLimit('', 1, 1)).toThrow('name');
    expect(() => test.db.tryRateLimit('a', -1, 1)).toThrow('limit');
    expect(() => test.db.tryRateLimit('a', 1, 0)).toThrow('perS must be at least 1');
  });
});
