/**
 * Waits for commits of other processes in one way or another, and tells when it was woken and what the
 * waiting cost.
 */
import { setTimeout } from 'node:timers/promises';
import { type Database, open } from '@honker/core';
import BetterSqlite3 from 'better-sqlite3';
import { machineMs } from '../clock.js';
import { QUEUE } from '../names.js';
import { native } from '../native.js';
import { readTask, report, waitForStart } from './parent.js';

export interface WaiterTask {
  path: string;
  /**
   * `callback`: the default watcher calls; `polling`: the portable one does; `looks`: the floor, a program
   * that asks SQLite each millisecond; `stream`: a subscription; `all`: a worker, a listener and a scheduler.
   */
  how: 'callback' | 'polling' | 'looks' | 'stream' | 'all';
  /** From the start until what it costs is measured: V8 tidies up once, some seconds after a program has begun. */
  settleMs?: number;
}

export interface WaiterResult {
  /** Of each wake: when; of events, also the offset. */
  ids: Float64Array;
  startedAt: Float64Array;
  /** Per cent of a core. */
  cpu: number;
}

const { path, how, settleMs = 0 } = readTask<WaiterTask>();
const ids: number[] = [];
const startedAt: number[] = [];
const onWake = () => {
  startedAt.push(machineMs());
};

/** Each begins to wait, and returns what ends it. */
const ways: Record<WaiterTask['how'], (db: Database) => () => void> = {
  callback: (db) => watch(db),
  polling: (db) => watch(db, 'polling'),
  looks: (db) => {
    let isEnded = false;
    void lookEachMs(db.path, () => isEnded);
    return () => {
      isEnded = true;
    };
  },
  stream: (db) => {
    void (async () => {
      for await (const event of db.stream(QUEUE).subscribe('waiter')) {
        onWake();
        ids.push(event.offset);
      }
    })().catch(() => {}); // the database was closed
    return () => {};
  },
  all: (db) => {
    const stop = new AbortController();
    db.queue(QUEUE).work(async () => {});
    void (async () => {
      for await (const _ of db.listen('news', { signal: stop.signal }));
    })();
    const scheduler = db.scheduler();
    scheduler.add({ name: 'nightly', queue: QUEUE, schedule: '0 3 * * *' });
    void scheduler.run({ signal: stop.signal });
    return () => stop.abort();
  },
};

function watch(db: Database, backend?: 'polling'): () => void {
  const watcher = native.watchCommits(db.path, onWake, backend && { backend });
  watcher.ref();
  return () => watcher.close();
}

async function lookEachMs(file: string, isEnded: () => boolean): Promise<void> {
  const own = new BetterSqlite3(file);
  const dataVersion = own.prepare('PRAGMA data_version').pluck();
  for (let last = dataVersion.all()[0]; !isEnded(); await setTimeout(1)) {
    const [version] = dataVersion.all();
    if (version !== last) onWake();
    last = version;
  }
  own.close();
}

const db = open(path);
const stop = ways[how](db);
const { startAt, endAt } = await waitForStart();
await setTimeout(startAt + settleMs - machineMs());
const before = process.cpuUsage();
const measuredFrom = machineMs();
await setTimeout(endAt - machineMs());
const { user, system } = process.cpuUsage(before);
const cpu = ((user + system) / 1000 / (machineMs() - measuredFrom)) * 100;
stop();
db.close();
const result: WaiterResult = {
  ids: Float64Array.from(ids),
  startedAt: Float64Array.from(startedAt),
  cpu,
};
report(result);
