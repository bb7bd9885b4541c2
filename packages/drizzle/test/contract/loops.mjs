import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { statSync } from 'node:fs';

/** They write 8 MB to a WAL that is never checkpointed; SQLite does that after 1,000 pages of 4 KiB. */
const ENQUEUES = 600;
const WAL_LIMIT = 6_000_000;

export const loops = [
  [
    'a worker handles what was committed, and not what was rolled back',
    async (subject) => {
      const queue = subject.honker.queue('q');
      const handled = [];
      const worker = queue.work((job) => {
        handled.push(job.payload);
      });
      await assert.rejects(async () =>
        subject.transact(function* (tx) {
          yield queue.enqueue(tx, 'rolled back');
          throw new Error('x');
        }),
      );
      const completed = once(worker, 'completed');
      await subject.transact(function* (tx) {
        yield queue.enqueue(tx, 'committed');
      });
      const [job] = await completed;
      assert.equal(job.payload, 'committed');
      await worker.stop();
      assert.deepEqual(handled, ['committed']);
      assert.deepEqual(await subject.payloads(), []);
    },
  ],
  [
    'a handler acks in the transaction that does its work; where that fails, the job runs again',
    async (subject) => {
      const queue = subject.honker.queue('q', { maxAttempts: 3 });
      let done;
      let give;
      const twice = new Promise((resolve, reject) => {
        done = resolve;
        give = reject;
      });
      const worker = queue.work(
        async (job) => {
          await subject.transact(function* (tx) {
            yield subject.order(tx, `attempt ${job.attempts}`);
            assert.equal(yield job.ack(tx), true);
            if (job.attempts === 1) throw new Error('rolled back');
          });
          done();
        },
        { backoff: () => 0 },
      );
      worker.on('dead', (job) => give(new Error(job.lastError)));
      const completed = once(worker, 'completed');
      worker.on('lost', () => give(new Error('lost')));
      await queue.enqueue(subject.db, 'work');
      await twice;
      assert.equal((await completed)[0].attempts, 2);
      await worker.stop();
      assert.deepEqual(await subject.items(), ['attempt 2']);
      const { live, dead } = await subject.rows();
      assert.deepEqual([live, dead], [[], []]);
    },
  ],
  [
    'job.ack(tx) of a job that somebody else has by now throws, and so rolls back',
    async (subject) => {
      const queue = subject.honker.queue('q');
      await queue.enqueue(subject.db, 1);
      const job = await queue.claimOne('w');
      await queue.cancel(subject.db, job.id);
      await assert.rejects(
        async () =>
          subject.transact(function* (tx) {
            yield subject.order(tx, 'book');
            yield job.ack(tx);
          }),
        { code: 'HONKER_LEASE_LOST' },
      );
      assert.deepEqual(await subject.items(), []);
      assert.equal(await job.ack(), false);
    },
  ],
  [
    'workers at full speed beside transactions that roll back half of the time: nothing leaks either way',
    async (subject) => {
      const queue = subject.honker.queue('q');
      const handled = [];
      const worker = queue.work(
        async (job) => {
          handled.push(job.payload);
        },
        { concurrency: 10 },
      );
      worker.on('error', (error) => handled.push(error));
      const committed = [];
      for (let round = 0; round < 200; round++) {
        const isCommitted = round % 2 === 0;
        try {
          await subject.transact(function* (tx) {
            yield subject.order(tx, `${round}`);
            yield queue.enqueue(tx, round);
            // Here an asynchronous driver gives the worker its turns.
            if (subject.driver.isAsync) yield new Promise((resolve) => setImmediate(resolve));
            if (!isCommitted) throw new Error('rolled back');
          });
          committed.push(round);
        } catch (error) {
          if (isCommitted) throw error;
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      while (handled.length < committed.length) await once(worker, 'completed');
      await worker.stop();
      assert.deepEqual(
        handled.toSorted((a, b) => a - b),
        committed,
      );
      assert.deepEqual(await subject.items(), committed.map(String));
      assert.deepEqual(await subject.payloads(), []);
    },
  ],
  [
    'jobs are claimed by hand, and settled',
    async (subject) => {
      const queue = subject.honker.queue('q');
      await queue.enqueueMany(subject.db, [1, 2, 3, 4]);
      const job = await queue.claimOne('w');
      assert.deepEqual(
        [job.payload, job.attempts, job.workerId, job.queue, job.isSettled],
        [1, 1, 'w', 'q', false],
      );
      assert.equal(await job.heartbeat(60), true);
      assert.equal(await job.ack(subject.db), true);
      assert.equal(job.isSettled, true);
      const [second, third] = await queue.claimBatch('w', 2);
      assert.equal(await second.retry(60, 'later'), true);
      assert.equal(await third.fail('never'), true);
      for await (const last of queue.claim('w')) {
        assert.equal(last.payload, 4);
        await subject.transact(function* (tx) {
          yield last.ack(tx);
        });
        break;
      }
      assert.equal((await queue.getJob(second.id)).state, 'pending');
      assert.deepEqual(
        (await queue.dead.list()).map(({ payload, lastError }) => [payload, lastError]),
        [[3, 'never']],
      );
      assert.equal(await queue.claimOne('w'), null);
      const { scheduled, dead } = await queue.stats();
      assert.deepEqual([scheduled, dead], [1, 1]);
    },
  ],
  [
    'subscribers and listeners get what was committed',
    async (subject) => {
      const { honker } = subject;
      const stream = honker.stream('s');
      const end = new AbortController();
      const heard = [];
      const isListening = [];
      const listen = async (iterator, received) => {
        let next = iterator.next();
        isListening.push(1);
        for (let event = await next; !event.done; event = await next) {
          received(event.value.payload);
          next = iterator.next();
        }
      };
      const all = new Promise((resolve) => {
        const received = (payload) => {
          if (heard.push(payload) === 2) resolve();
        };
        heard.loops = [
          listen(stream.subscribe('mailer', { signal: end.signal }), received),
          listen(honker.database.listen('c', { signal: end.signal }), received),
        ];
      });
      await honker.database.getResult(1); // whatever was begun before it has reached the database
      for (const isCommitted of [false, true]) {
        try {
          await subject.transact(function* (tx) {
            yield stream.publish(tx, { isCommitted });
            yield honker.notify(tx, 'c', { isCommitted });
            if (!isCommitted) throw new Error('x');
          });
        } catch {}
      }
      await all;
      end.abort();
      await Promise.all(heard.loops);
      assert.deepEqual([...heard], [{ isCommitted: true }, { isCommitted: true }]);
      assert.equal(await stream.getOffset('mailer'), 1);
    },
  ],
  [
    'the WAL stays small, however many are enqueued, each by itself or each in a transaction',
    async (subject) => {
      const queue = subject.honker.queue('q');
      for (let i = 0; i < ENQUEUES; i++) await queue.enqueue(subject.db, { i });
      assert.ok(statSync(`${subject.path}-wal`).size < WAL_LIMIT);
      await subject.db.all('PRAGMA wal_checkpoint(TRUNCATE)');
      for (let i = 0; i < ENQUEUES; i++) {
        await subject.transact(function* (tx) {
          yield queue.enqueue(tx, { i });
        });
      }
      assert.ok(statSync(`${subject.path}-wal`).size < WAL_LIMIT);
    },
  ],
  [
    'honker given the same database twice is one: a handle is open for both, and ended for both',
    async (subject) => {
      const second = await subject.openHonker(subject.db);
      let handle;
      await subject.transact(function* (tx) {
        handle = yield tx;
        yield subject.honker.queue('q').enqueue(tx, 1);
        yield second.queue('q').enqueue(tx, 2);
      });
      for (const honker of [subject.honker, second]) {
        await assert.rejects(async () => honker.queue('q').enqueue(handle, 3), /has ended/);
      }
      assert.deepEqual(await subject.payloads(), [1, 2]);
    },
  ],
  [
    "closing honker leaves Drizzle's database open, and its transactions as they were",
    async (subject) => {
      await subject.honker.close();
      await subject.transact(function* (tx) {
        yield subject.order(tx, 'book');
      });
      assert.deepEqual(await subject.items(), ['book']);
      await assert.rejects(async () => subject.honker.queue('q').enqueue(subject.db, 1), {
        code: 'HONKER_CLOSED',
      });
    },
  ],
  [
    'transaction() returns what its function returns, and takes its options',
    async (subject) => {
      const result = subject.transact(function* () {
        return yield 'result';
      });
      assert.equal(await result, 'result');
      const other = await subject.openDrizzle();
      await other.run('PRAGMA busy_timeout = 0');
      const behavior = 'immediate';
      const isLocked = await subject.transact(
        function* () {
          try {
            yield subject.order(other, 'locked out');
            return false;
          } catch {
            return true;
          }
        },
        subject.db,
        { behavior },
      );
      assert.equal(isLocked, true);
    },
  ],
];

/** What only drivers whose transactions last over turns of the event loop have to do. */
export const waiting = [
  [
    'what is called with db while another caller has a transaction open waits for its end',
    async (subject) => {
      const queue = subject.honker.queue('q');
      const begun = new EventEmitter();
      const end = new EventEmitter();
      const hasBegun = once(begun, 'now');
      const transaction = subject.transact(function* (tx) {
        yield queue.enqueue(tx, 'inside');
        const mayEnd = once(end, 'now');
        begun.emit('now');
        yield mayEnd;
      });
      await hasBegun;
      const enqueued = queue.enqueue(subject.db, 'beside');
      const turns = async () => {
        for (let turn = 0; turn < 100; turn++) await new Promise((next) => setImmediate(next));
        return 'the event loop turns';
      };
      assert.equal(await Promise.race([enqueued, turns()]), 'the event loop turns');
      end.emit('now');
      await Promise.all([transaction, enqueued]);
      assert.deepEqual(await subject.payloads(), ['inside', 'beside']);
    },
  ],
];
