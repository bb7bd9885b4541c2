import { open, type Transaction } from '@honker/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { openRaw, TestDatabase } from './temporary-database.js';

let test: TestDatabase;
beforeEach(() => {
  test = new TestDatabase();
  test.raw.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT UNIQUE)');
});

const orders = () => test.raw.prepare('SELECT item FROM orders ORDER BY id').pluck().all();
const withCode = (code: string) => expect.objectContaining({ code });

describe('db.transaction(function)', () => {
  it('commits what it wrote and what it enqueued together, and returns its result', () => {
    const queue = test.db.queue('q');
    const id = test.db.transaction((tx) => {
      tx.execute('INSERT INTO orders (item) VALUES (?)', ['book']);
      const id = queue.enqueueTx(tx, { item: 'book' });
      expect(orders()).toEqual([]);
      expect(test.live()).toEqual([]);
      return id;
    });
    expect(orders()).toEqual(['book']);
    expect(queue.getJob(id)?.payload).toEqual({ item: 'book' });
  });

  it('enqueues many, and cancels, in the same commit or not at all', () => {
    const queue = test.db.queue('q');
    const waiting = queue.enqueue('waiting');
    expect(() =>
      test.db.transaction((tx) => {
        queue.enqueueManyTx(tx, [1, 2]);
        expect(queue.cancelTx(tx, waiting)).toBe(true);
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(test.live('payload')).toEqual([{ payload: '"waiting"' }]);
    test.db.transaction((tx) => {
      expect(queue.enqueueManyTx(tx, [1, 2], { priority: 5 })).toEqual([waiting + 1, waiting + 2]);
      expect(queue.cancelTx(tx, waiting)).toBe(true);
      expect(queue.cancelTx(tx, waiting)).toBe(false);
    });
    expect(test.live('payload, priority')).toEqual([
      { payload: '1', priority: 5 },
      { payload: '2', priority: 5 },
    ]);
  });

  it('rolls back both when it throws, and throws the same', () => {
    const error = new Error('no');
    expect(() =>
      test.db.transaction((tx) => {
        tx.execute('INSERT INTO orders (item) VALUES (?)', ['book']);
        test.db.queue('q').enqueueTx(tx, 1);
        throw error;
      }),
    ).toThrow(error);
    expect(orders()).toEqual([]);
    expect(test.live()).toEqual([]);
  });

  it.each([
    ['fulfilled', async () => {}],
    [
      'rejected',
      async () => {
        throw new Error('x');
      },
    ],
    // biome-ignore lint/suspicious/noThenProperty: it is the thenable that is tested
    ['a thenable', () => ({ then: () => {} })],
  ])('refuses one that returns a promise (%s), and rolls it back', async (_, end) => {
    expect(() =>
      test.db.transaction((tx) => {
        tx.execute('INSERT INTO orders (item) VALUES (?)', ['book']);
        return end();
      }),
    ).toThrow(/returned a promise/);
    expect(orders()).toEqual([]);
    expect(test.db.transaction(() => 'the next one works')).toBe('the next one works');
  });

  it('leaves what follows the await of such a one without a transaction', async () => {
    let after: unknown;
    const body = async (tx: Transaction) => {
      await Promise.resolve();
      try {
        tx.execute('INSERT INTO orders (item) VALUES (?)', ['late']);
      } catch (error) {
        after = error;
      }
    };
    expect(() => test.db.transaction(body)).toThrow(TypeError);
    const newer = test.db.transaction();
    await new Promise((resolve) => setImmediate(resolve));
    newer.commit();
    expect(after).toEqual(withCode('HONKER_TRANSACTION_UNUSABLE'));
    expect(orders()).toEqual([]);
  });

  it('may end the transaction itself', () => {
    test.db.transaction((tx) => {
      tx.execute('INSERT INTO orders (item) VALUES (?)', ['a']);
      tx.commit();
    });
    test.db.transaction((tx) => {
      tx.execute('INSERT INTO orders (item) VALUES (?)', ['b']);
      tx.rollback();
    });
    expect(orders()).toEqual(['a']);
  });

  it('is rolled back when its commit fails', () => {
    test.raw.exec(
      'CREATE TABLE lines (order_id REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED)',
    );
    expect(() => test.db.transaction((tx) => tx.execute('INSERT INTO lines VALUES (999)'))).toThrow(
      withCode('SQLITE_CONSTRAINT_FOREIGNKEY'),
    );
    expect(test.db.query('SELECT * FROM lines')).toEqual([]);
    test.db.queue('q').enqueue(1);
  });
});

describe('db.transaction()', () => {
  it('is ended by commit()', () => {
    const tx = test.db.transaction();
    expect(tx.isOpen).toBe(true);
    expect(tx.execute('INSERT INTO orders (item) VALUES (?)', ['a'])).toEqual({
      changes: 1,
      lastInsertRowid: 1,
    });
    expect(tx.query('SELECT item FROM orders')).toEqual([{ item: 'a' }]);
    tx.commit();
    expect(tx.isOpen).toBe(false);
    expect(orders()).toEqual(['a']);
  });

  it('is ended by rollback()', () => {
    const tx = test.db.transaction();
    tx.execute('INSERT INTO orders (item) VALUES (?)', ['a']);
    test.db.queue('q').enqueueTx(tx, 1);
    tx.rollback();
    expect(orders()).toEqual([]);
    expect(test.live()).toEqual([]);
  });

  it('takes the write lock at once', () => {
    const tx = test.db.transaction();
    test.raw.pragma('busy_timeout = 0');
    expect(() => test.raw.exec('BEGIN IMMEDIATE')).toThrow(withCode('SQLITE_BUSY'));
    tx.rollback();
  });

  it('cannot be used after its end', () => {
    const tx = test.db.transaction();
    tx.commit();
    const unusable = withCode('HONKER_TRANSACTION_UNUSABLE');
    for (const call of [
      () => tx.execute('DELETE FROM orders'),
      () => tx.query('SELECT 1'),
      () => tx.commit(),
      () => tx.rollback(),
      () => test.db.queue('q').enqueueTx(tx, 1),
    ]) {
      expect(call).toThrow(unusable);
    }
  });

  it('cannot be used once SQLite has rolled it back, nor in a newer one', () => {
    test.raw.exec(`INSERT INTO orders (item) VALUES ('taken')`);
    const tx = test.db.transaction();
    expect(() => tx.execute(`INSERT OR ROLLBACK INTO orders (item) VALUES ('taken')`)).toThrow(
      withCode('SQLITE_CONSTRAINT_UNIQUE'),
    );
    expect(tx.isOpen).toBe(false);
    const newer = test.db.transaction();
    expect(tx.isOpen).toBe(false);
    expect(() => tx.commit()).toThrow(withCode('HONKER_TRANSACTION_UNUSABLE'));
    expect(newer.isOpen).toBe(true);
    newer.rollback();
  });

  it('stays usable after a statement that failed', () => {
    const tx = test.db.transaction();
    expect(() => tx.execute('INSERT INTO nowhere VALUES (1)')).toThrow(/no such table/);
    tx.execute('INSERT INTO orders (item) VALUES (?)', ['a']);
    tx.commit();
    expect(orders()).toEqual(['a']);
  });

  it('that db.close() meets is rolled back', () => {
    const tx = test.db.transaction();
    tx.execute('INSERT INTO orders (item) VALUES (?)', ['a']);
    test.db.close();
    expect(tx.isOpen).toBe(false);
    expect(orders()).toEqual([]);
  });
});

describe('while a transaction is open', () => {
  it('calls outside it are refused, and the error names what to call', () => {
    const queue = test.db.queue('q');
    queue.enqueue(0);
    const job = queue.claimOne('w');
    const tx = test.db.transaction();
    const inside = withCode('HONKER_TRANSACTION_OPEN');
    expect(() => queue.enqueue(1)).toThrow(/queue\.enqueue\(\).*enqueueTx\(tx, …\)/);
    expect(() => queue.enqueueMany([1])).toThrow(/enqueueMany\(\).*enqueueManyTx/);
    expect(() => queue.cancel(1)).toThrow(/cancel\(\).*cancelTx/);
    expect(() => queue.dead.requeue(1)).toThrow(/requeue\(\).*requeueTx\(tx, …\)/);
    for (const call of [
      () => test.db.transaction(),
      () => test.db.transaction(() => {}),
      () => test.db.query('SELECT 1'),
      () => queue.enqueue(1),
      () => queue.claimOne('w'),
      () => queue.claimBatch('w', 2),
      () => queue.ackBatch([1], 'w'),
      () => queue.cancel(1),
      () => queue.getJob(1),
      () => queue.sweepExpired(),
      () => queue.stats(),
      () => queue.dead.list(),
      () => queue.dead.requeue(1),
      () => queue.dead.purge(),
      () => job?.ack(),
      () => job?.retry(1),
      () => job?.fail(),
      () => job?.heartbeat(),
    ]) {
      expect(call).toThrow(inside);
    }
    expect(tx.isOpen).toBe(true);
    tx.rollback();
    expect(job?.ack()).toBe(true);
  });

  it('a nested one is refused, and the outer one goes on', () => {
    test.db.transaction((tx) => {
      expect(() => test.db.transaction(() => {})).toThrow(withCode('HONKER_TRANSACTION_OPEN'));
      tx.execute('INSERT INTO orders (item) VALUES (?)', ['outer']);
    });
    expect(orders()).toEqual(['outer']);
  });
});

describe('the transaction that a write is handed', () => {
  it('may be the better-sqlite3 connection that was opened, in a transaction of its own', () => {
    const raw = openRaw(test.path);
    const db = open(raw);
    const queue = db.queue('q');
    const place = raw.transaction((item: string) => {
      raw.prepare('INSERT INTO orders (item) VALUES (?)').run(item);
      queue.enqueueTx(raw, item);
      if (item === 'bad') throw new Error('rolled back');
    });
    place('good');
    expect(() => place('bad')).toThrow('rolled back');
    expect(orders()).toEqual(['good']);
    expect(test.live('payload')).toEqual([{ payload: '"good"' }]);
    db.close();
  });

  it('must be open', () => {
    const raw = openRaw(test.path);
    const db = open(raw);
    expect(() => db.queue('q').enqueueTx(raw, 1)).toThrow(/without an open transaction/);
    expect(test.live()).toEqual([]);
    db.close();
  });

  it('must be of the same database', () => {
    const other = new TestDatabase();
    const tx = other.db.transaction();
    const rawInside = openRaw(test.path);
    rawInside.exec('BEGIN');
    for (const foreign of [tx, rawInside]) {
      expect(() => test.db.queue('q').enqueueTx(foreign, 1)).toThrow(
        withCode('HONKER_TRANSACTION_UNUSABLE'),
      );
    }
    tx.rollback();
    rawInside.exec('ROLLBACK');
    expect(test.live()).toEqual([]);
  });

  it('must be there', () => {
    const enqueueTx = test.db.queue('q').enqueueTx.bind(test.db.queue('q')) as (
      ...args: unknown[]
    ) => number;
    for (const wrong of [undefined, null, {}, { payload: 1 }, test.db]) {
      expect(() => enqueueTx(wrong, 1)).toThrow(/takes the transaction as its first argument/);
    }
  });
});
