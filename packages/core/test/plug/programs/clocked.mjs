// Works, runs the schedules if asked to, and does what it is told to; all that has to do with time.
import { handle, openDoomed } from './plug.mjs';

const [, , path, runsSchedules] = process.argv;
const db = openDoomed(path, 0);
const queue = db.queue('work', { visibilityTimeoutS: 300 });
const controller = new AbortController();
/** What ends the handlers of a key: a job whose lease ran out may run twice in this process. */
const waiting = [];

const tell = (event, job) => process.send({ event, key: job.payload.key, attempts: job.attempts });
const worker = queue.work(
  async (job) => {
    db.transaction((tx) => handle(tx, job, 'return'));
    tell('started', job);
    const { key, holds } = job.payload;
    if (holds) await new Promise((resolve) => waiting.push({ key, resolve }));
  },
  { concurrency: 10 },
);
for (const event of ['completed', 'failed', 'dead', 'lost']) {
  worker.on(event, (job) => tell(event, job));
}
worker.on('error', ({ message }) => process.send({ event: 'error', message }));
const running = runsSchedules && db.scheduler().run({ signal: controller.signal });

const does = {
  enqueue: ({ key, holds, delay }) =>
    db.transaction((tx) => {
      const id = queue.enqueueTx(tx, { key, holds }, { delay });
      tx.execute(`INSERT INTO ledger_committed VALUES (?, 'job', ?)`, [key, id]);
    }),
  schedule: ({ name, schedule }) => db.scheduler().add({ name, queue: name, schedule }),
  finish: ({ key }) => {
    for (const each of waiting) if (each.key === key) each.resolve();
  },
  // How often anything was done so far.
  count: () => {
    const [{ uses }] = db.query('SELECT sum(uses) AS uses FROM honker_statements');
    process.send({ event: 'counted', uses });
  },
  // Timers that are due run before it is answered.
  turn: () => setImmediate(() => setImmediate(() => process.send({ event: 'turned' }))),
  stop: async () => {
    controller.abort();
    await running;
    await worker.stop();
    db.close();
    process.disconnect();
  },
};
process.on('message', (order) => does[order.do](order));
process.send({ event: 'ready' });
