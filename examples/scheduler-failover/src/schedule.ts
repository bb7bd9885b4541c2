import { join } from 'node:path';
import { type Database, open, type Queue, type Schedule } from '@honker/core';

export function openDatabase(folder: string): Database {
  return open(join(folder, 'app.db'));
}

/** Where the schedule's jobs go. */
export function ticks(db: Database): Queue<null> {
  return db.queue<null>('ticks');
}

/** A job each second. Every process calls this at its start: adding an `@every` again would begin its interval anew. */
export function ensureSchedule(db: Database): Schedule {
  const scheduler = db.scheduler();
  scheduler.ensure({ name: 'tick', queue: 'ticks', schedule: '@every 1s' });
  return scheduler.list().find(({ name }) => name === 'tick') as Schedule;
}
