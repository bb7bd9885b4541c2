import assert from 'node:assert/strict';

const UNUSABLE = 'HONKER_TRANSACTION_UNUSABLE';
const OPEN = 'HONKER_TRANSACTION_OPEN';

/** The line that a message ends with. */
function example({ driver }, call) {
  return driver.isAsync
    ? `Write: await db.transaction(async (tx) => { await ${call}(tx, …); })`
    : `Write: db.transaction((tx) => { ${call}(tx, …); })`;
}

/** Every call that takes a handle, refused the same way. */
async function everyCallIsRefused(subject, handle, code, message) {
  const { honker } = subject;
  const queue = honker.queue('q');
  const stream = honker.stream('s');
  const calls = {
    'queue.enqueue': () => queue.enqueue(handle, 1),
    'queue.enqueueMany': () => queue.enqueueMany(handle, [1]),
    'queue.cancel': () => queue.cancel(handle, 1),
    'dead.requeue': () => queue.dead.requeue(handle, 1),
    'stream.publish': () => stream.publish(handle, 1),
    'stream.publishWithKey': () => stream.publishWithKey(handle, 'key', 1),
    'stream.publishMany': () => stream.publishMany(handle, [1]),
    'stream.saveOffset': () => stream.saveOffset(handle, 'consumer', 1),
    'honker.notify': () => honker.notify(handle, 'channel', 1),
    'honker.saveResult': () => honker.saveResult(handle, 1, 1),
    'honker.tx': () => honker.tx(handle),
  };
  for (const [call, run] of Object.entries(calls)) {
    await assert.rejects(
      async () => run(),
      (error) => {
        assert.equal(error.code, code, error.message);
        assert.match(error.message, message);
        assert.ok(error.message.startsWith(`${call}() `), error.message);
        assert.ok(error.message.endsWith(example(subject, call)), error.message);
        return true;
      },
    );
  }
}

async function withoutATrace(subject, body) {
  const before = await subject.rows();
  await body();
  assert.deepEqual(await subject.rows(), before);
}

/** The handle of a transaction that was committed. */
async function ended(subject, db = subject.db) {
  let handle;
  await subject.transact(function* (tx) {
    handle = yield tx;
  }, db);
  return handle;
}

export const misuse = [
  [
    'a handle whose transaction has ended is refused',
    (subject) =>
      withoutATrace(subject, async () => {
        const handle = await ended(subject);
        await everyCallIsRefused(subject, handle, UNUSABLE, /a transaction that has ended/);
      }),
  ],
  [
    'a handle whose transaction was rolled back is refused',
    (subject) =>
      withoutATrace(subject, async () => {
        let handle;
        const rolledBack = async () =>
          subject.transact(function* (tx) {
            handle = yield tx;
            throw new Error('rolled back');
          });
        await assert.rejects(rolledBack, /rolled back/);
        await everyCallIsRefused(subject, handle, UNUSABLE, /a transaction that has ended/);
      }),
  ],
  [
    'a handle whose transaction has ended is refused in a newer one',
    (subject) =>
      withoutATrace(subject, async () => {
        const handle = await ended(subject);
        const queue = subject.honker.queue('q');
        await subject.transact(function* () {
          try {
            yield queue.enqueue(handle, 1);
            assert.fail('it was enqueued');
          } catch (error) {
            assert.equal(error.code, UNUSABLE);
          }
        });
      }),
  ],
  [
    'a handle whose savepoint has ended is refused in the transaction around it',
    (subject) =>
      withoutATrace(subject, async () => {
        const queue = subject.honker.queue('q');
        await subject.transact(function* (tx) {
          const inner = yield* endedSavepoint(subject, tx);
          try {
            yield queue.enqueue(inner, 1);
            assert.fail('it was enqueued');
          } catch (error) {
            assert.equal(error.code, UNUSABLE);
          }
        });
      }),
  ],
  [
    'a handle of another database is refused',
    async (subject) => {
      const other = await subject.openDrizzle(subject.otherPath());
      await subject.openHonker(other);
      const message = /was given one of another database/;
      await withoutATrace(subject, async () => {
        await everyCallIsRefused(subject, other, UNUSABLE, message);
        const handle = await ended(subject, other);
        await everyCallIsRefused(subject, handle, UNUSABLE, message);
      });
      const queue = subject.honker.queue('q');
      await subject.transact(function* (tx) {
        try {
          yield queue.enqueue(tx, 1);
          assert.fail('it was enqueued');
        } catch (error) {
          assert.match(error.message, message);
        }
      }, other);
      assert.deepEqual(await subject.payloads(), []);
    },
  ],
  [
    'what is no handle is refused',
    async (subject) => {
      for (const wrong of [undefined, null, {}, { to: 'alice' }, 'tx', subject.db.$client]) {
        await everyCallIsRefused(
          subject,
          wrong,
          UNUSABLE,
          /takes as its first argument the database/,
        );
      }
    },
  ],
  [
    'db inside its own transaction is refused, and the transaction goes on',
    async (subject) => {
      const queue = subject.honker.queue('q');
      await subject.transact(function* (tx) {
        yield queue.enqueue(tx, 'before');
        try {
          yield queue.enqueue(subject.db, 'refused');
          assert.fail('it was enqueued');
        } catch (error) {
          assert.equal(error.code, OPEN, error.message);
          assert.ok(error.message.endsWith(example(subject, 'queue.enqueue')), error.message);
        }
        try {
          yield subject.honker.database.queue('q').enqueue('refused');
          assert.fail('it was enqueued');
        } catch (error) {
          assert.equal(error.code, OPEN, error.message);
        }
        yield queue.enqueue(tx, 'after');
      });
      assert.deepEqual(await subject.payloads(), ['before', 'after']);
      await queue.enqueue(subject.db, 'outside');
    },
  ],
  [
    'what honker.tx() has returned ends with its transaction',
    async (subject) => {
      const emails = subject.honker.database.queue('q');
      let core;
      await subject.transact(function* (tx) {
        core = subject.honker.tx(tx);
        yield emails.enqueueTx(core, 'inside');
      });
      await assert.rejects(async () => emails.enqueueTx(core, 'after'), { code: UNUSABLE });
      assert.deepEqual(await subject.payloads(), ['inside']);
    },
  ],
  [
    'job.ack() without the transaction that is open is refused, and says how to hand it over',
    async (subject) => {
      const queue = subject.honker.queue('q');
      await queue.enqueue(subject.db, 1);
      const job = await queue.claimOne('w');
      await subject.transact(function* (tx) {
        try {
          yield job.ack();
          assert.fail('it was acked');
        } catch (error) {
          assert.equal(error.code, OPEN, error.message);
          assert.match(error.message, /Write: .*job\.ack\(tx\);/);
        }
        yield job.ack(tx);
      });
      assert.deepEqual(await subject.payloads(), []);
    },
  ],
  [
    'honker.tx() takes no db',
    (subject) => {
      assert.throws(() => subject.honker.tx(subject.db), /takes a transaction, and was given db/);
    },
  ],
  [
    'a database in memory is refused',
    async (subject) => {
      const memory = await subject.openDrizzle(':memory:');
      await assert.rejects(async () => subject.modules.honkerDrizzle(memory), {
        name: 'TypeError',
        message: /honker needs a database file.*In tests, use a file in a temporary folder/,
      });
    },
  ],
  [
    "what isn't a Drizzle database is refused",
    async (subject) => {
      const { honkerDrizzle, drizzle } = subject.modules;
      const wrongs = [undefined, null, {}, subject.db.$client, drizzle.mock(), 'app.db'];
      for (const wrong of wrongs) {
        await assert.rejects(async () => honkerDrizzle(wrong), {
          name: 'TypeError',
          message: /honkerDrizzle\(\) takes the database that drizzle\(\) returned/,
        });
      }
    },
  ],
  [
    'a transaction that SQLite has rolled back itself is refused',
    async (subject) => {
      const queue = subject.honker.queue('q');
      await assert.rejects(async () =>
        subject.transact(function* (tx) {
          yield queue.enqueue(tx, 1);
          yield tx.run('ROLLBACK');
          try {
            yield queue.enqueue(tx, 2);
          } catch (error) {
            assert.match(String(error.cause ?? error), /transaction/i);
            return;
          }
          assert.fail('it was enqueued');
        }),
      );
      assert.deepEqual(await subject.payloads(), []);
    },
  ],
];

function* endedSavepoint(subject, tx) {
  let handle;
  yield subject.transact(function* (inner) {
    handle = yield inner;
  }, tx);
  return handle;
}

/** What only drivers that answer at once have to refuse. */
export const promises = [
  [
    'a function that returns a promise is refused, and rolled back',
    async (subject) => {
      const queue = subject.honker.queue('q');
      for (const end of [
        async () => {},
        async () => {
          throw new Error('x');
        },
      ]) {
        assert.throws(
          () =>
            subject.db.transaction((tx) => {
              subject.order(tx, 'book');
              queue.enqueue(tx, 1);
              return end();
            }),
          {
            name: 'TypeError',
            message:
              /returned a promise.*Write: db\.transaction\(\(tx\) => \{ tx\.insert\(orders\)\.values\(order\)\.run\(\); queue/,
          },
        );
      }
      assert.deepEqual(await subject.items(), []);
      assert.deepEqual(await subject.payloads(), []);
    },
  ],
  [
    'a savepoint whose function returns a promise is refused, and rolled back',
    async (subject) => {
      const queue = subject.honker.queue('q');
      subject.db.transaction((tx) => {
        queue.enqueue(tx, 'outer');
        assert.throws(
          () => tx.transaction(async (inner) => queue.enqueue(inner, 'inner')),
          /returned a promise/,
        );
      });
      assert.deepEqual(await subject.payloads(), ['outer']);
    },
  ],
  [
    'a query that was not run is refused, and not run',
    async (subject) => {
      assert.throws(
        () => subject.db.transaction((tx) => tx.insert(subject.orders).values({ item: 'book' })),
        /a query that was not run/,
      );
      await new Promise((resolve) => setTimeout(resolve));
      assert.deepEqual(await subject.items(), []);
    },
  ],
  [
    'what follows the await of such a function is refused, in a newer transaction, too',
    async (subject) => {
      const queue = subject.honker.queue('q');
      const errors = [];
      const { promise: later, resolve: goOn } = promiseWithResolvers();
      let body;
      assert.throws(() =>
        subject.db.transaction((tx) => {
          body = (async () => {
            queue.enqueue(tx, 'before');
            await later;
            for (const newer of [false, true]) {
              if (newer) subject.db.run('BEGIN');
              try {
                queue.enqueue(tx, 'after');
              } catch (error) {
                errors.push(error.message);
              }
              if (newer) subject.db.run('COMMIT');
            }
          })();
          return body;
        }),
      );
      goOn();
      await body;
      assert.equal(errors.length, 2);
      for (const message of errors) assert.match(message, /its function went on after an await/);
      assert.deepEqual(await subject.payloads(), []);
    },
  ],
];

function promiseWithResolvers() {
  let resolve;
  const promise = new Promise((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
