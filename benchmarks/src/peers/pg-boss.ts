import type { Payload } from '../payload.js';
import { importPeer } from './installation.js';
import { DATABASE, USER } from './postgres-server.js';
import type { Handler, OpenQueue } from './queue-client.js';

/** What is used of pg-boss. */
interface PgBossModule {
  PgBoss: new (options: object) => PgBoss;
}

interface PgBoss {
  on: (event: 'error' | 'warning', listener: (error: unknown) => void) => unknown;
  start: () => Promise<unknown>;
  stop: (options: { graceful: boolean }) => Promise<void>;
  createQueue: (name: string, options: object) => Promise<void>;
  send: (name: string, data: Payload) => Promise<unknown>;
  insert: (name: string, jobs: { data: Payload }[]) => Promise<unknown>;
  work: (
    name: string,
    options: object,
    handler: (jobs: { data: Payload }[]) => Promise<void>,
  ) => Promise<string>;
  offWork: (name: string, options: { wait: boolean }) => Promise<void>;
  getDb: () => {
    executeSql: (text: string, values: unknown[]) => Promise<{ rows: { left: number }[] }>;
  };
}

/** Jobs that a worker takes at once: see `work` below. */
const BATCH_SIZE = 100;

export const openPgBoss: OpenQueue = async (socketDirectory, name) => {
  const { PgBoss } = await importPeer<PgBossModule>('pg-boss');
  const boss = new PgBoss({
    host: socketDirectory,
    user: USER,
    database: DATABASE,
    // Without it and `notify` a job waits for the next look, half a second apart at best.
    useListenNotify: true,
    // Its cron, which looks for due schedules: nobody has any here.
    schedule: false,
  });
  const errors = new Set<(error: unknown) => void>();
  boss.on('error', (error) => {
    for (const onError of errors) onError(error);
  });
  await boss.start();
  await boss.createQueue(name, { notify: true });
  return {
    enqueue: (payload) => boss.send(name, payload),
    enqueueMany: (payloads) =>
      boss.insert(
        name,
        payloads.map((data) => ({ data })),
      ),
    work: async (handler, { concurrency, onError }) => {
      errors.add(onError);
      // A batch of one would be followed by a pause of half a second or more, whatever waits; full
      // batches follow one another at once. So even with one handler at a time it takes 100 at once,
      // which spares it 99 of 100 fetches and acks.
      await boss.work(name, { batchSize: BATCH_SIZE, burstWhenBatchFull: true }, (jobs) =>
        handleAll(jobs, concurrency, handler),
      );
      return {
        stop: async () => {
          await boss.offWork(name, { wait: true });
          errors.delete(onError);
        },
      };
    },
    countLeft: async () => {
      // Its own counts may be a minute old.
      const { rows } = await boss
        .getDb()
        .executeSql(
          "SELECT count(*)::int AS left FROM pgboss.job WHERE name = $1 AND state <> 'completed'",
          [name],
        );
      return rows[0]?.left ?? Number.NaN;
    },
    close: () => boss.stop({ graceful: true }),
  };
};

/** The handlers of a batch, so many at a time. */
async function handleAll(
  jobs: readonly { data: Payload }[],
  concurrency: number,
  handler: Handler,
): Promise<void> {
  for (let next = 0; next < jobs.length; next += concurrency) {
    await Promise.all(jobs.slice(next, next + concurrency).map(({ data }) => handler(data)));
  }
}
