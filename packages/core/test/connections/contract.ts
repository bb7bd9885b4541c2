/** What every way of connecting has to do. Runs as it stands on Node ≥ 24, Bun and Deno. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AsyncDatabase, open } from '@honker/core';
import { Gate } from '../gate.ts';
import { awaited, type Kind, type RawDatabase } from './kinds.ts';
import { useWholeSurface } from './surface.ts';

/** One test: a database of its own, by the application's connection and by honker's. */
export class Fixture {
  readonly kind: Kind;
  readonly path: string;
  readonly raw: RawDatabase;
  db!: AsyncDatabase;
  readonly #directory = mkdtempSync(join(tmpdir(), 'honker-test-'));

  constructor(kind: Kind) {
    this.kind = kind;
    this.path = join(this.#directory, 'app.db');
    this.raw = kind.openRaw(this.path);
    this.raw.exec('PRAGMA journal_mode = WAL');
    this.raw.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT)');
  }

  count(table: string): number {
    return Number(this.raw.rows(`SELECT count(*) AS n FROM ${table}`)[0]?.n);
  }

  /** Another connection of the same kind, for what another process would do. */
  async withOther(body: (raw: RawDatabase) => unknown): Promise<void> {
    const other = this.kind.openRaw(this.path);
    try {
      await body(other);
    } finally {
      other.close();
    }
  }

  async end(): Promise<void> {
    await this.db.close();
    this.raw.close();
    rmSync(this.#directory, { recursive: true });
  }
}

/** Runs one test, and fails it if it leaves a descriptor behind. */
export async function check(kind: Kind, test: ContractTest): Promise<void> {
  const fixture = new Fixture(kind);
  fixture.db = await kind.adopt(fixture.raw);
  try {
    await test(fixture);
  } finally {
    await fixture.end();
  }
  assert.deepEqual(descriptorsOf(fixture.path), []);
}

function descriptorsOf(path: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd')
    .map((name) => {
      try {
        return readlinkSync(`/proc/self/fd/${name}`);
      } catch {
        return '';
      }
    })
    .filter((target) => target.startsWith(path));
}

export type ContractTest = (fixture: Fixture) => Promise<void>;

type Numbered = { n: number };

export const contract: Record<string, ContractTest> = {
  async 'enqueues, claims and acks'({ db }) {
    const queue = db.queue<{ text: string }>('q');
    const payload = { text: 'päylöad 🎉 \u0000 \\ "' };
    const id = await queue.enqueue(payload, { priority: 3 });
    assert.equal(typeof id, 'number');
    assert.deepEqual((await queue.getJob(id))?.payload, payload);
    const job = await queue.claimOne('w');
    assert.deepEqual([job?.id, job?.payload, job?.attempts], [id, payload, 1]);
    assert.equal(await job?.ack(), true);
    assert.equal(job?.isSettled, true);
    assert.equal(await job?.ack(), false);
    assert.equal(await queue.claimOne('w'), null);
  },

  async 'tells the ids of many, in order, and what a queue holds'({ db }) {
    const queue = db.queue<number>('q');
    const ids = await queue.enqueueMany(Array.from({ length: 300 }, (_, index) => index));
    assert.deepEqual(
      ids,
      Array.from({ length: 300 }, (_, index) => index + (ids[0] ?? 0)),
    );
    assert.equal((await queue.stats()).ready, 300);
    const jobs = await queue.claimBatch('w', 10);
    assert.deepEqual(
      jobs.map((job) => job.payload),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    assert.equal(
      await queue.ackBatch(
        jobs.map((job) => job.id),
        'w',
      ),
      10,
    );
    assert.equal(await queue.cancel(ids.at(-1) ?? 0), true);
    assert.equal(await queue.cancel(ids.at(-1) ?? 0), false);
  },

  async 'keeps whole numbers whole'({ db, raw }) {
    const runAt = 4_102_444_800_123; // more than 32 bits
    const id = await db.queue('q').enqueue(Number.MAX_SAFE_INTEGER, { runAt, priority: -5 });
    const [row] = raw.rows('SELECT typeof(run_at) AS type, priority, payload FROM _honker_live');
    assert.deepEqual({ ...row }, { type: 'integer', priority: -5, payload: '9007199254740991' });
    assert.equal((await db.queue('q').getJob(id))?.runAt, runAt);
  },

  async 'a rolled-back transaction leaves neither row nor job; a commit leaves both'({
    kind,
    db,
    raw,
  }) {
    const queue = db.queue('q');
    const stream = db.stream('s');
    for (const end of ['ROLLBACK', 'COMMIT']) {
      raw.exec('BEGIN');
      raw.exec("INSERT INTO orders (item) VALUES ('book')");
      const tx = kind.transactionOf(raw);
      assert.equal(typeof (await queue.enqueueTx(tx, 1)), 'number');
      await stream.publishTx(tx, { n: 1 });
      await stream.publishWithKeyTx(tx, 'key', { n: 2 });
      await stream.saveOffsetTx(tx, 'reader', 2);
      await db.notifyTx(tx, 'channel', 1);
      await db.saveResultTx(tx, 1, 'done');
      raw.exec(end);
    }
    for (const table of ['orders', '_honker_live', '_honker_notifications', '_honker_results']) {
      assert.equal(raw.rows(`SELECT * FROM ${table}`).length, 1, table);
    }
    assert.deepEqual(
      (await stream.readSince(0)).map(({ key, payload }) => [key, payload]),
      [
        [null, { n: 1 }],
        ['key', { n: 2 }],
      ],
    );
    assert.equal(await db.getResult(1), 'done');
  },

  async 'never works inside an open transaction of the application'({ kind, db, raw }) {
    const queue = db.queue<Numbered>('q');
    const seen: number[] = [];
    const worker = queue.work((job) => void seen.push(job.payload.n));
    const first = once(worker, 'completed');
    await queue.enqueue({ n: 1 });
    await first;
    raw.exec('BEGIN');
    raw.exec("INSERT INTO orders (item) VALUES ('book')");
    if (!kind.isAsync) {
      assert.throws(() => queue.enqueue({ n: 0 }), { code: 'HONKER_TRANSACTION_OPEN' });
    }
    await queue.enqueueTx(kind.transactionOf(raw), { n: 2 });
    const second = once(worker, 'completed');
    raw.exec('ROLLBACK');
    await queue.enqueue({ n: 3 });
    await second;
    assert.deepEqual(seen, [1, 3]);
    await worker.stop();
  },

  async 'a worker is woken by another connection, buries and tells'({ db, path }) {
    const queue = db.queue<Numbered>('q', { maxAttempts: 1 });
    const worker = queue.work(
      async ({ payload }) => {
        if (payload.n === 2) throw new Error('no');
      },
      { concurrency: 4 },
    );
    const dead = once(worker, 'dead');
    const completed = once(worker, 'completed');
    const other = awaited(open(path));
    await other.queue('q', { maxAttempts: 1 }).enqueueMany([{ n: 1 }, { n: 2 }]);
    await completed;
    await dead;
    await other.close();
    await worker.stop();
    const [buried] = await queue.dead.list();
    assert.equal(buried?.lastError, 'Error: no');
    assert.equal(typeof (await queue.dead.requeue(buried?.id ?? 0)), 'number');
    assert.equal(await queue.dead.requeue(1_000_000), null);
    assert.equal(await queue.dead.purge(), 0);
  },

  async 'a handler finishes its job in its transaction, or not at all'({ kind, db, raw }) {
    const queue = db.queue<Numbered>('q');
    const worker = queue.work(
      async (job) => {
        raw.exec('BEGIN');
        raw.exec("INSERT INTO orders (item) VALUES ('book')");
        await job.ackTx(kind.transactionOf(raw));
        raw.exec(job.attempts === 1 ? 'ROLLBACK' : 'COMMIT');
        if (job.attempts === 1) throw new Error('once');
      },
      { backoff: () => 0 },
    );
    const failed = once(worker, 'failed');
    const completed = once(worker, 'completed');
    await queue.enqueue({ n: 1 });
    await failed;
    const [job] = await completed;
    assert.equal(job.attempts, 2);
    await worker.stop();
    assert.deepEqual(
      [raw.rows('SELECT * FROM orders').length, await queue.getJob(job.id)],
      [1, null],
    );
    await queue.enqueue({ n: 2 });
    const claimed = await queue.claimOne('w');
    await queue.cancel(claimed?.id ?? 0);
    raw.exec('BEGIN');
    await assert.rejects(async () => claimed?.ackTx(kind.transactionOf(raw)), {
      code: 'HONKER_LEASE_LOST',
    });
    raw.exec('ROLLBACK');
  },

  async 'a worker is paused, and changes its concurrency'({ db }) {
    const queue = db.queue<Numbered>('q');
    const finish = new Gate();
    const both = new Gate();
    const worker = queue.work(async () => {
      if (worker.running === 2) both.open();
      await finish.opened;
    });
    await worker.pause();
    await queue.enqueueMany([{ n: 1 }, { n: 2 }, { n: 3 }]);
    worker.resume();
    worker.concurrency = 2;
    await both.opened;
    const paused = worker.pause();
    finish.open();
    await paused;
    const { ready, processing } = await queue.stats();
    assert.deepEqual([ready, processing, worker.running], [1, 0, 0]);
    await worker.stop();
  },

  async 'a lock of somebody else is waited for without blocking the event loop'(fixture) {
    const queue = fixture.db.queue<Numbered>('q');
    await queue.enqueue({ n: 1 });
    await fixture.withOther(async (other) => {
      other.exec('BEGIN IMMEDIATE');
      const worker = queue.work(() => {});
      const completed = once(worker, 'completed');
      let turns = 0;
      while (turns < 200) {
        await new Promise((resolve) => setImmediate(resolve));
        turns++;
      }
      assert.equal(fixture.count('_honker_live'), 1);
      other.exec('COMMIT');
      await completed;
      await worker.stop();
    });
  },

  async 'claims by hand, heartbeats, retries and fails'({ db, raw }) {
    const queue = db.queue<Numbered>('q');
    await queue.enqueueMany([{ n: 1 }, { n: 2 }]);
    const controller = new AbortController();
    const claimed: number[] = [];
    for await (const job of queue.claim('w', { signal: controller.signal })) {
      claimed.push(job.payload.n);
      assert.equal(await job.heartbeat(60), true);
      if (job.payload.n === 1) assert.equal(await job.retry(60, 'later'), true);
      else assert.equal(await job.fail('never'), true);
      if (claimed.length === 2) controller.abort();
    }
    assert.deepEqual(claimed, [1, 2]);
    raw.exec("INSERT INTO _honker_live (queue, payload) VALUES ('q', 'not json')");
    assert.equal(await queue.claimOne('w'), null);
    assert.deepEqual(
      (await queue.dead.list()).map(({ payload }) => payload),
      [{ n: 2 }, 'not json'],
    );
  },

  async 'queues: what there is, the jobs of one'({ db }) {
    const queue = db.queue<Numbered>('q');
    await queue.enqueueMany([{ n: 1 }, { n: 2 }]);
    await queue.claimOne('w');
    assert.deepEqual(await db.queues(), [await queue.stats()]);
    const numbers = async (state: 'pending' | 'processing') =>
      (await queue.jobs({ state })).map(({ payload }) => payload.n);
    assert.deepEqual([await numbers('pending'), await numbers('processing')], [[2], [1]]);
  },

  async 'streams: publish, replay, live, offsets, stats'({ db }) {
    const stream = db.stream<Numbered>('s');
    await stream.publish({ n: 1 });
    await stream.publishMany([{ n: 2 }, { n: 3 }]);
    const seen: number[] = [];
    for await (const event of stream.subscribe('reader', { saveEveryN: 1 })) {
      seen.push(event.payload.n);
      if (seen.length === 3) await stream.publish({ n: 4 });
      if (seen.length === 4) break;
    }
    assert.deepEqual(seen, [1, 2, 3, 4]);
    assert.equal(await stream.getOffset('reader'), 3);
    assert.equal(await stream.saveOffset('reader', 2), false);
    assert.equal(await stream.trim(3), 2);
    const stats = await stream.stats();
    assert.deepEqual([stats.events, stats.consumers[0]?.lag], [2, 1]);
    assert.deepEqual(await db.streams(), [stats]);
    const events = stream.follow();
    const next = events.next();
    assert.equal(await stream.publish({ n: 5 }), await stream.lastOffset());
    const heard = await next;
    assert.deepEqual(heard.done ? null : heard.value.payload, { n: 5 });
    await events.return(undefined);
  },

  async 'channels: notify, listen, prune'({ db }) {
    const listener = db.listen<Numbered>('c');
    await db.notify('c', { n: 1 });
    const first = await listener.next();
    assert.deepEqual(first.done ? null : first.value.payload, { n: 1 });
    const next = listener.next();
    await db.notify('other', { n: 0 });
    await db.notify('c', { n: 2 });
    const second = await next;
    assert.deepEqual(second.done ? null : second.value.payload, { n: 2 });
    await listener.return(undefined);
    assert.equal(await db.pruneNotifications(null, 1), 2);
  },

  async 'schedules: add, tick, pause, list, run'({ db }) {
    const scheduler = db.scheduler();
    const pulse = { name: 'pulse', queue: 'pulses', schedule: '@every 1d' };
    assert.equal(await scheduler.ensure(pulse), true);
    assert.equal(await scheduler.ensure(pulse), false);
    assert.equal(await scheduler.remove('pulse'), true);
    assert.equal(await scheduler.leader(), null);
    await scheduler.add({ name: 'often', queue: 'q', schedule: '@every 1s', payload: { n: 1 } });
    const soonest = (await scheduler.soonest()) ?? 0;
    assert.equal((await scheduler.tick(soonest))[0]?.name, 'often');
    assert.equal(await scheduler.pause('often'), true);
    assert.equal((await scheduler.list())[0]?.enabled, false);
    assert.equal(await scheduler.update('often', { payload: { n: 2 } }), true);
    assert.equal(await scheduler.resume('often'), true);
    const controller = new AbortController();
    const running = scheduler.run({ signal: controller.signal });
    const events = db.updateEvents();
    while ((await db.queue('q').stats()).ready < 2) await events.next();
    await events.return?.();
    assert.equal(scheduler.isLeader, true);
    assert.ok(((await scheduler.leader())?.expiresAt ?? 0) > Date.now() / 1000);
    controller.abort();
    await running;
    assert.equal(scheduler.isLeader, false);
    assert.equal(await scheduler.remove('often'), true);
    assert.notEqual(await db.tryLock('honker-scheduler', 'me', 5), null);
  },

  async 'locks, limits, results'({ db }) {
    const lock = await db.tryLock('l', 'a', 60);
    assert.equal(await db.tryLock('l', 'b', 60), null);
    assert.equal(await lock?.heartbeat(60), true);
    assert.equal(await lock?.release(), true);
    assert.equal(await db.withLock('l', { ttlS: 60 }, async (signal) => signal.aborted), false);
    assert.equal(await db.tryRateLimit('r', 1, 60), true);
    assert.equal(await db.tryRateLimit('r', 1, 60), false);
    const id = await db.queue('q').enqueue(1);
    const waiting = db.queue('q').waitResult(id, { timeoutMs: 20_000 });
    await db.saveResult(id, { sum: 5 });
    assert.deepEqual(await waiting, { sum: 5 });
    assert.equal(await db.getResult(id + 1), undefined);
  },

  async 'tasks and outboxes'({ kind, db, raw }) {
    const add = db.task('add', (a: number, b: number) => a + b);
    const delivered = new Gate<number>();
    const outbox = db.outbox<Numbered>('mail', ({ n }) => delivered.open(n));
    const controller = new AbortController();
    const { signal } = controller;
    const running = [db.runTasks({ signal }), outbox.runWorker('w', { signal })];
    const handle = await add.enqueue(2, 3);
    assert.equal(await handle.get({ timeoutMs: 20_000 }), 5);
    raw.exec('BEGIN');
    await outbox.enqueueTx(kind.transactionOf(raw), { n: 7 });
    raw.exec('COMMIT');
    assert.equal(await delivered.opened, 7);
    controller.abort();
    await Promise.all(running);
  },

  async 'closing gives back what runs, without spending an attempt'(fixture) {
    const queue = fixture.db.queue('q');
    const id = await queue.enqueue(1);
    const started = new Gate<AbortSignal>();
    queue.work(async (_job, { signal }) => {
      started.open(signal);
      await once(signal, 'abort');
    });
    const signal = await started.opened;
    await fixture.db.close();
    assert.equal(signal.aborted, true);
    const rows = fixture.raw.rows('SELECT id, state, attempts FROM _honker_live');
    assert.deepEqual({ ...rows[0] }, { id, state: 'pending', attempts: 0 });
  },

  async 'the WAL stays small, however many are enqueued one by one'({ db, path }) {
    const queue = db.queue<Numbered>('q');
    for (let n = 0; n < 20_000; n++) await queue.enqueue({ n });
    const { size } = statSync(`${path}-wal`);
    assert.ok(size < 8 * 1024 * 1024, `${size} bytes`);
  },
};

/** What only a synchronous connection has. */
export const synchronousContract: Record<string, ContractTest> = {
  async 'adopting leaves pragmas alone, and closing leaves the connection open'({ kind, path }) {
    const raw = kind.openRaw(path);
    raw.exec('PRAGMA synchronous = OFF');
    const db = await kind.adopt(raw);
    await db.queue('q').enqueue(1);
    assert.deepEqual({ ...raw.rows('PRAGMA synchronous')[0] }, { synchronous: 0 });
    await db.close();
    assert.equal(raw.rows('SELECT * FROM _honker_live').length, 1);
    raw.close();
    assert.throws(() => db.queue('q').enqueue(1), { code: 'HONKER_CLOSED' });
  },

  async 'refuses what it cannot work on, and says why'({ kind, path }) {
    const readonly = kind.openRaw(path, 'readonly');
    await assert.rejects(kind.adopt(readonly), /read-only/);
    readonly.close();
    await assert.rejects(kind.adopt(readonly), { code: 'HONKER_CLOSED' });
    const memory = kind.openRaw(':memory:');
    await assert.rejects(kind.adopt(memory), /in-memory/);
    memory.close();
    const inside = kind.openRaw(path);
    inside.exec('BEGIN');
    await assert.rejects(kind.adopt(inside), { code: 'HONKER_TRANSACTION_OPEN' });
    inside.close();
    if (kind.name !== 'node:sqlite') return;
    const strict = kind.openRaw(path, 'no-extensions');
    await assert.rejects(kind.adopt(strict), /allowExtension: true/);
    strict.close();
  },

  async 'has the whole surface, call by call as the design shows it'({ path }) {
    await useWholeSurface(`${path}-surface`);
  },

  async 'opens a path by itself: transactions, statements, pragmas'({ path }) {
    const db = open(path);
    const queue = db.queue<Numbered>('q');
    assert.deepEqual({ ...db.query('PRAGMA synchronous')[0] }, { synchronous: 1 });
    assert.deepEqual({ ...db.query('PRAGMA foreign_keys')[0] }, { foreign_keys: 1 });
    const result = db.transaction((tx) => {
      queue.enqueueTx(tx, { n: 1 });
      return tx.execute('INSERT INTO orders (item) VALUES (?)', ['book']);
    });
    assert.deepEqual({ ...result }, { changes: 1, lastInsertRowid: 1 });
    assert.throws(
      () =>
        db.transaction((tx) => {
          queue.enqueueTx(tx, { n: 2 });
          throw new Error('no');
        }),
      /no/,
    );
    const tx = db.transaction();
    tx.execute('INSERT INTO orders (item) VALUES (?)', [new Uint8Array([1, 2])]);
    assert.equal(tx.query('SELECT * FROM orders').length, 2);
    tx.execute("INSERT INTO orders (item) VALUES (?2 || ' ' || ?1 || ' ' || ?2)", ['a', 'b']);
    const numbered = 'SELECT ?1 AS one, item FROM orders WHERE item = ?2';
    assert.deepEqual({ ...tx.query(numbered, [1, 'b a b'])[0] }, { one: 1, item: 'b a b' });
    assert.equal(tx.query("SELECT * FROM orders WHERE item <> 'why?1' AND id = ?", [1]).length, 1);
    assert.throws(() => tx.query('SELECT ?', [1, 2]));
    tx.rollback();
    assert.deepEqual({ ...db.query('SELECT id, item FROM orders')[0] }, { id: 1, item: 'book' });
    assert.equal(queue.stats().ready, 1);
    db.close();
    assert.equal(db.isOpen, false);
  },
};
