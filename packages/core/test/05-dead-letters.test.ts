import { beforeEach, describe, expect, it } from 'vitest';
import { TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
});

/** Enqueues and buries jobs; returns their ids. */
function bury(name: string, payloads: unknown[]): number[] {
  const queue = test.db.queue(name);
  const ids = queue.enqueueMany(payloads, { priority: 4, maxAttempts: 9 });
  for (const job of queue.claimBatch('w', payloads.length)) job.fail(`no ${job.payload}`);
  return ids;
}

describe('dead letters', () => {
  it('are listed by id, a page at a time', () => {
    const ids = bury('q', ['a', 'b', 'c']);
    bury('other', ['x']);
    const { dead } = test.db.queue('q');
    expect(dead.list().map((job) => job.id)).toEqual(ids);
    expect(dead.list({ limit: 2 }).map((job) => job.id)).toEqual(ids.slice(0, 2));
    expect(dead.list({ afterId: ids[1] as number }).map((job) => job.id)).toEqual([ids[2]]);
    expect(dead.list({ limit: 0 })).toEqual([]);
    const [first] = dead.list();
    expect(first).toEqual({
      id: ids[0],
      queue: 'q',
      payload: 'a',
      priority: 4,
      runAt: first?.createdAt,
      attempts: 1,
      maxAttempts: 9,
      lastError: 'no a',
      createdAt: expect.any(Number),
      diedAt: expect.any(Number),
    });
  });

  it('are a hundred a page where no limit is given', () => {
    bury(
      'q',
      Array.from({ length: 101 }, (_, i) => i),
    );
    expect(test.db.queue('q').dead.list()).toHaveLength(100);
  });

  it('can be requeued, to run now with all their attempts', () => {
    const [id] = bury('q', ['a']) as [number];
    const queue = test.db.queue('q');
    const newId = queue.dead.requeue(id);
    expect(newId).toBeGreaterThan(id);
    expect(queue.dead.list()).toEqual([]);
    expect(queue.dead.requeue(id)).toBeNull();
    expect(queue.claimOne('w')).toMatchObject({ id: newId, payload: 'a', attempts: 1 });
    expect(queue.getJob(newId as number)).toMatchObject({ priority: 4, maxAttempts: 9 });
  });

  it('can be requeued with the rows that they failed over, or not at all', () => {
    const [id] = bury('q', ['a']) as [number];
    const queue = test.db.queue('q');
    const tx = test.db.transaction();
    expect(queue.dead.requeueTx(tx, id)).toBeGreaterThan(id);
    expect(queue.dead.requeueTx(tx, id)).toBeNull();
    tx.rollback();
    expect(queue.stats()).toMatchObject({ ready: 0, dead: 1 });
    const newId = test.db.transaction((tx) => queue.dead.requeueTx(tx, id));
    expect(queue.claimOne('w')?.id).toBe(newId);
  });

  it('are requeued by their own queue only', () => {
    const [first, id] = bury('a', ['x', 'y']) as [number, number];
    const { dead } = test.db.queue('b');
    expect(dead.requeue(id)).toBeNull();
    expect(test.db.transaction((tx) => dead.requeueTx(tx, id))).toBeNull();
    expect(dead.requeue(0)).toBeNull();
    expect(test.db.queue('a').dead.requeue(id)).not.toBeNull();
    expect(test.db.queue('a').dead.list()).toMatchObject([{ id: first }]);
  });

  it('can be purged: all, or those that died some time ago', () => {
    const [old] = bury('q', ['old', 'new']) as [number];
    bury('other', ['x']);
    test.raw.exec(`UPDATE _honker_dead SET died_at = died_at - 1000 WHERE id = ${old}`);
    const { dead } = test.db.queue('q');
    expect(dead.purge({ olderThanS: 2000 })).toBe(0);
    expect(dead.purge({ olderThanS: 500 })).toBe(1);
    expect(dead.list().map((job) => job.payload)).toEqual(['new']);
    expect(dead.purge()).toBe(1);
    expect(test.count('_honker_dead')).toBe(1);
  });

  it('check their arguments', () => {
    const { dead } = test.db.queue('q');
    expect(() => dead.list({ limit: -1 })).toThrow(/limit must be at least 0/);
    expect(() => dead.list({ afterId: 0.5 })).toThrow(/afterId must be a whole number/);
    expect(() => dead.requeue('1' as unknown as number)).toThrow(/id must be a number/);
    expect(() => dead.purge({ olderThanS: -1 })).toThrow(/olderThanS must be at least 0/);
  });
});

describe('sweepExpired()', () => {
  it('moves what has expired to dead without a claim', () => {
    const queue = test.db.queue('q');
    queue.enqueueMany([1, 2], { expires: 0 });
    const kept = queue.enqueue(3, { expires: 3600 });
    test.db.queue('other').enqueue(4, { expires: 0 });
    expect(queue.sweepExpired()).toBe(2);
    expect(queue.sweepExpired()).toBe(0);
    expect(queue.dead.list().map((job) => job.lastError)).toEqual(['expired', 'expired']);
    expect(queue.getJob(kept)).not.toBeNull();
  });
});

describe('rows that somebody else wrote', () => {
  it('are jobs like any other where they are JSON', () => {
    test.raw.exec(`INSERT INTO _honker_live (queue, payload) VALUES ('q', '{"to": "bob"}')`);
    expect(test.db.queue('q').claimOne('w')).toMatchObject({ payload: { to: 'bob' }, attempts: 1 });
  });

  it.each([
    ['text', `'not json'`],
    ['nothing', `''`],
    ['half an object', `'{"a":'`],
    ['bytes that are no UTF-8', `x'ff00fe'`],
    ['a NUL in the middle', `'{"a":' || char(0) || '1}'`],
    ['two values', `'1 2'`],
  ])('are buried where the payload is %s, and the next one is claimed', (_, payload) => {
    const queue = test.db.queue('q');
    test.raw.exec(`INSERT INTO _honker_live (queue, payload) VALUES ('q', ${payload})`);
    const good = queue.enqueue('good');
    expect(queue.getJob(1)?.state).toBe('pending');
    expect(queue.claimOne('w')?.id).toBe(good);
    expect(queue.claimOne('w')).toBeNull();
    expect(queue.dead.list()).toMatchObject([
      { id: 1, attempts: 1, lastError: expect.stringContaining('payload is not valid JSON') },
    ]);
  });

  it('are buried however many there are, and a batch is filled with good ones', () => {
    test.raw.exec(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
       INSERT INTO _honker_live (queue, payload) SELECT 'q', iif(i % 2, 'bad', i) FROM n`,
    );
    const jobs = test.db.queue<number>('q').claimBatch('w', 100);
    expect(jobs.map((job) => job.payload)).toEqual(
      Array.from({ length: 100 }, (_, i) => 2 * i + 2),
    );
    expect(test.count('_honker_dead')).toBe(100);
  });
});
