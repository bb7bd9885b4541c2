import assert from 'node:assert/strict';

/** Each write that takes a transaction. Those before them in the database: a job, an event, a claimed job, a dead one. */
const writes = {
  'a row': (subject, tx) => subject.order(tx, 'book'),
  'queue.enqueue()': ({ queue }, tx) => queue.enqueue(tx, { n: 1 }, { delay: 60, priority: 5 }),
  'queue.enqueueMany()': ({ queue }, tx) =>
    queue.enqueueMany(tx, [{ n: 2 }, { n: 3 }], { priority: 4 }),
  'queue.cancel()': ({ queue, before }, tx) => queue.cancel(tx, before.waiting),
  'dead.requeue()': ({ queue, before }, tx) => queue.dead.requeue(tx, before.dead),
  'job.ack()': ({ before }, tx) => before.claimed.ack(tx),
  'stream.publish()': ({ stream }, tx) => stream.publish(tx, { n: 4 }),
  'stream.publishWithKey()': ({ stream }, tx) => stream.publishWithKey(tx, 'key', { n: 5 }),
  'stream.publishMany()': ({ stream }, tx) => stream.publishMany(tx, [{ n: 6 }, { n: 7 }]),
  'stream.saveOffset()': ({ stream, before }, tx) => stream.saveOffset(tx, 'mailer', before.offset),
  'honker.notify()': ({ honker }, tx) => honker.notify(tx, 'channel', { n: 8 }),
  'honker.saveResult()': ({ honker }, tx) => honker.saveResult(tx, 77, { n: 9 }, 60),
  'queue.enqueueTx(honker.tx())': ({ honker }, tx) =>
    honker.database.queue('q').enqueueTx(honker.tx(tx), { n: 10 }),
};

/** What each returns in a transaction that commits. */
const returned = {
  'queue.enqueue()': 4,
  'queue.enqueueMany()': [5, 6],
  'queue.cancel()': true,
  'dead.requeue()': 7,
  'job.ack()': true,
  'stream.publish()': 2,
  'stream.publishWithKey()': 3,
  'stream.publishMany()': [4, 5],
  'stream.saveOffset()': true,
  'honker.notify()': 1,
  'honker.saveResult()': undefined,
  'queue.enqueueTx(honker.tx())': 8,
};

async function prepare(subject) {
  const { honker, db } = subject;
  subject.queue = honker.queue('q');
  subject.stream = honker.stream('s');
  const dead = await subject.queue.enqueue(db, { n: 'dead' });
  await (await subject.queue.claimOne('contract')).fail('on purpose');
  await subject.queue.enqueue(db, { n: 'claimed' });
  const claimed = await subject.queue.claimOne('contract');
  const waiting = await subject.queue.enqueue(db, { n: 'waiting' });
  const offset = await subject.stream.publish(db, { n: 'before' });
  subject.before = { claimed, waiting, dead, offset };
}

/** The writes that were made, in order; fails after `count` of them, if it is told to. */
function* write(subject, tx, count = Number.POSITIVE_INFINITY) {
  const results = {};
  for (const [name, run] of Object.entries(writes)) {
    if (count-- === 0) throw new Error(`rolled back before ${name}`);
    results[name] = yield run(subject, tx);
  }
  return results;
}

/** All that the writes leave. */
async function everythingIsWritten(subject) {
  const rows = await subject.rows();
  assert.deepEqual(
    rows.live.map(({ payload, priority }) => [JSON.parse(payload).n, priority]),
    [
      [1, 5],
      [2, 4],
      [3, 4],
      ['dead', 0],
      [10, 0],
    ],
  );
  assert.deepEqual(rows.dead, []);
  assert.ok(rows.live[0].runAt >= rows.live[0].createdAt + 60);
  assert.deepEqual(
    rows.events.map(({ payload, key }) => [JSON.parse(payload).n, key]),
    [
      ['before', null],
      [4, null],
      [5, 'key'],
      [6, null],
      [7, null],
    ],
  );
  assert.deepEqual(rows.consumers, [{ name: 'mailer', topic: 's', offset: 1 }]);
  assert.deepEqual(
    rows.notifications.map(({ channel, payload }) => [channel, payload]),
    [['channel', '{"n":8}']],
  );
  assert.deepEqual(
    rows.results.map((each) => [each.jobId, each.value, each.expiresAt - each.createdAt]),
    [[77, '{"n":9}', 60]],
  );
  assert.deepEqual(await subject.items(), ['book']);
}

export const atomicity = [
  [
    'a commit leaves the row and all that was written beside it',
    async (subject) => {
      await prepare(subject);
      const results = await subject.transact((tx) => write(subject, tx));
      delete results['a row'];
      assert.deepEqual(results, returned);
      await everythingIsWritten(subject);
    },
  ],
  ...[...Object.keys(writes), 'the commit'].map((name, count) => [
    `a rollback before ${name} leaves nothing`,
    async (subject) => {
      await prepare(subject);
      const before = await subject.rows();
      await assert.rejects(
        async () =>
          subject.transact(function* (tx) {
            yield* write(subject, tx, count);
            throw new Error('rolled back before the commit');
          }),
        new RegExp(`rolled back before ${name.replace(/[()]/g, '\\$&')}`),
      );
      assert.deepEqual(await subject.rows(), before);
      assert.equal(subject.before.claimed.isSettled, false);
      assert.equal(await subject.before.claimed.ack(), true);
    },
  ]),
  [
    "Drizzle's own tx.rollback() leaves nothing",
    async (subject) => {
      await prepare(subject);
      const before = await subject.rows();
      await assert.rejects(async () =>
        subject.transact(function* (tx) {
          yield* write(subject, tx);
          tx.rollback();
        }),
      );
      assert.deepEqual(await subject.rows(), before);
    },
  ],
  [
    'what a statement fails with rolls back what was enqueued',
    async (subject) => {
      const queue = subject.honker.queue('q');
      await assert.rejects(async () =>
        subject.transact(function* (tx) {
          yield queue.enqueue(tx, 1);
          yield tx.run('INSERT INTO nowhere VALUES (1)');
        }),
      );
      assert.deepEqual(await subject.payloads(), []);
    },
  ],
  [
    'a savepoint that is rolled back leaves what is around it',
    async (subject) => {
      const queue = subject.honker.queue('q');
      await subject.transact(function* (tx) {
        yield subject.order(tx, 'outer');
        yield queue.enqueue(tx, 'outer');
        try {
          yield subject.transact(function* (inner) {
            yield subject.order(inner, 'inner');
            yield queue.enqueue(inner, 'inner');
            throw new Error('inner');
          }, tx);
        } catch (error) {
          assert.equal(error.message, 'inner');
        }
        yield queue.enqueue(tx, 'after');
      });
      assert.deepEqual(await subject.items(), ['outer']);
      assert.deepEqual(await subject.payloads(), ['outer', 'after']);
    },
  ],
  [
    'a savepoint commits with the transaction around it, or not at all',
    async (subject) => {
      const queue = subject.honker.queue('q');
      function* nested(tx) {
        yield queue.enqueue(tx, 'outer');
        const id = yield subject.transact(function* (inner) {
          yield subject.transact(function* (innermost) {
            yield queue.enqueue(innermost, 'innermost');
          }, inner);
          return yield queue.enqueue(inner, 'inner');
        }, tx);
        assert.equal(typeof id, 'number');
      }
      await assert.rejects(
        async () =>
          subject.transact(function* (tx) {
            yield* nested(tx);
            throw new Error('outer');
          }),
        /outer/,
      );
      assert.deepEqual(await subject.payloads(), []);
      await subject.transact(nested);
      assert.deepEqual(await subject.payloads(), ['outer', 'innermost', 'inner']);
    },
  ],
  [
    'with db, each commits by itself',
    async (subject) => {
      await prepare(subject);
      const { db } = subject;
      for (const [name, run] of Object.entries(writes)) {
        if (name.includes('honker.tx')) continue;
        const result = await run(subject, db);
        if (name !== 'a row') assert.deepEqual(result, returned[name], name);
      }
      await subject.queue.enqueue(db, { n: 10 });
      await everythingIsWritten(subject);
    },
  ],
  [
    'what it refuses writes nothing, and the transaction goes on',
    async (subject) => {
      const queue = subject.honker.queue('q');
      await subject.transact(function* (tx) {
        for (const [payload, options, message] of [
          [undefined, undefined, /payload must be a JSON value/],
          [1n, undefined, /payload cannot be written as JSON/],
          [1, { delay: 1.5 }, /delay must be a whole number/],
        ]) {
          try {
            yield queue.enqueue(tx, payload, options);
            assert.fail('it was enqueued');
          } catch (error) {
            assert.match(error.message, message);
          }
        }
        yield queue.enqueue(tx, 'sound');
      });
      assert.deepEqual(await subject.payloads(), ['sound']);
    },
  ],
];
