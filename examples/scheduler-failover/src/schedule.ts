import { join } from 'node:path';
import { type Database, open, type Queue, type Schedule } from '@honker/core';

export function openDatabase(folder: string): Database {
  return open(join(folder, 'app.db'));
}

/** Where the schedule's jobs go. */
export function ticks(db: Database): Queue<null> {
  return db.queue<null>('ticks');
}

/**
 * A job each second. Every process may call this at its start; but adding an `@every` again begins its
 * interval anew, so only the first one adds it.
 */
export function ensureSchedule(db: Database): Schedule {
  const scheduler = db.scheduler();
  const find = () => scheduler.list().find(({ name }) => name === 'tick');
  const existing = find();
  if (existing !== undefined) return existing;
  scheduler.add({ name: 'tick', queue: 'ticks', schedule: '@every 1s' });
  return find() as Schedule;
}
