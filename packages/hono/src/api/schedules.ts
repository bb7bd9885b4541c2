import { type Context, Hono } from 'hono';
import type { ApiDatabase } from './database.js';
import { nameOf } from './parameters.js';

/** Schedules. */
export function scheduleRoutes(db: ApiDatabase) {
  return new Hono()
    .get('/', async (c) => c.json({ schedules: await db.scheduler().list() }))
    .post('/:name/pause', async (c) => {
      const name = nameOf(c, 'name');
      const isThere = await db.scheduler().pause(name);
      return isThere ? c.json({ name, enabled: false }) : noSuchSchedule(c);
    })
    .post('/:name/resume', async (c) => {
      const name = nameOf(c, 'name');
      const isThere = await db.scheduler().resume(name);
      return isThere ? c.json({ name, enabled: true }) : noSuchSchedule(c);
    });
}

const noSuchSchedule = (c: Context) => c.json({ error: 'there is no such schedule' }, 404);
