/** The whole surface in one program, call by call as the design shows it. Runs as it stands on every runtime. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { open } from '@honker/core';

interface Email {
  to: string;
}

interface Order {
  id: number;
}

export async function useWholeSurface(path: string): Promise<void> {
  const db = open(path);
  const q = db.queue<Email>('emails', { visibilityTimeoutS: 300, maxAttempts: 3 });

  const id = q.enqueue({ to: 'alice@example.com' }, { delay: 60, priority: 10, expires: 3600 });
  const ids = q.enqueueMany([{ to: 'bob' }, { to: 'carol' }, { to: 'dave' }, { to: 'erin' }]);
  const job = q.claimOne('worker-1');
  assert.equal(job?.payload.to, 'bob');
  assert.equal(job.attempts, 1);
  assert.equal(job.heartbeat(300), true);
  assert.equal(job.ack(), true);
  assert.equal(q.claimOne('worker-1')?.retry(60, 'smtp timeout'), true);
  assert.equal(q.claimOne('worker-1')?.fail('no such address'), true);
  assert.equal(q.claimBatch('worker-1', 5).length, 1);
  assert.equal(q.ackBatch(ids, 'worker-1'), 1);
  assert.equal(q.getJob(id)?.priority, 10);
  assert.equal(q.cancel(id), true);
  assert.equal(q.sweepExpired(), 0);
  assert.equal(q.stats().dead, 1);
  const [dead] = q.dead.list();
  assert.equal(typeof q.dead.requeue(dead?.id ?? 0), 'number');
  assert.equal(q.dead.purge({ olderThanS: 60 }), 0);

  const tx = db.transaction();
  tx.execute('CREATE TABLE orders (id INTEGER)');
  tx.execute('INSERT INTO orders VALUES (?)', [42]);
  q.enqueueTx(tx, { to: 'frank' });
  tx.commit();
  db.transaction((inner) => {
    q.enqueueTx(inner, { to: 'grace' });
  });

  const claiming = new AbortController();
  for await (const claimed of q.claim('worker-1', { signal: claiming.signal })) {
    claimed.ack();
    if (claimed.payload.to === 'grace') claiming.abort();
  }

  const worker = q.work(async (_job, { signal }) => assert.equal(signal.aborted, false), {
    concurrency: 10,
  });
  const completed = once(worker, 'completed');
  q.enqueue({ to: 'heidi' });
  await completed;
  await worker.stop({ timeoutMs: 5000 });

  const orders = db.stream<Order>('orders');
  orders.publish({ id: 42 });
  orders.publishWithKey('k', { id: 43 });
  db.transaction((inner) => orders.publishTx(inner, { id: 44 }));
  const options = { saveEveryN: 1, saveEveryS: 1, signal: new AbortController().signal };
  for await (const event of orders.subscribe('mailer', options)) if (event.payload.id === 44) break;
  assert.equal(orders.readSince(0, 10).length, 3);
  assert.equal(orders.getOffset('mailer'), 2);
  assert.equal(orders.saveOffset('mailer', 3), true);

  const listening = db.listen<Order>('orders', { signal: new AbortController().signal });
  db.notify('orders', { id: 42 });
  db.transaction((inner) => db.notifyTx(inner, 'orders', { id: 43 }));
  for await (const { payload } of listening) if (payload.id === 43) break;
  assert.equal(db.pruneNotifications(60, 1), 1);

  const s = db.scheduler();
  const name = 'nightly';
  const payload = { full: true };
  const rest = { payload, priority: 1, expiresS: 60, maxAttempts: 3 };
  s.add({ name, queue: 'backups', schedule: '0 3 * * *', ...rest });
  assert.equal(s.pause(name), true);
  assert.equal(s.resume(name), true);
  assert.equal(s.update(name, { schedule: '0 4 * * *' }), true);
  assert.equal(s.list()[0]?.schedule, '0 4 * * *');
  assert.equal(s.tick(s.soonest() ?? 0).length, 1);
  assert.equal(s.remove(name), true);
  await s.run({ signal: AbortSignal.abort() });

  const lock = db.tryLock('report', 'owner', 60);
  assert.equal(lock?.heartbeat(60), true);
  assert.equal(lock.release(), true);
  await db.withLock('report', { ttlS: 60 }, async (signal) => assert.equal(signal.aborted, false));
  assert.equal(db.tryRateLimit('api', 10, 60), true);
  db.saveResult(id, { sum: 5 }, 60);
  assert.deepEqual(db.getResult(id), { sum: 5 });
  assert.deepEqual(await q.waitResult(id, { timeoutMs: 5000 }), { sum: 5 });

  const stopping = new AbortController();
  const { signal } = stopping;
  const outbox = db.outbox('webhooks', async (_payload: Order) => {});
  db.transaction((inner) => outbox.enqueueTx(inner, { id: 42 }));
  const add = db.task('add', (a: number, b: number) => a + b, {
    queue: 'math',
    retries: 3,
    timeoutS: 30,
  });
  const running = [outbox.runWorker('w', { signal }), db.runTasks({ concurrency: 2, signal })];
  const r = add.enqueue(2, 3);
  assert.equal(await r.get({ timeoutMs: 20_000 }), 5);
  const updates = db.updateEvents();
  while (outbox.queue.stats().ready + outbox.queue.stats().processing > 0) await updates.next();
  await updates.return();
  stopping.abort();
  await Promise.all(running);
  db.close();
}
