import { Hono } from 'hono';
import type { ApiDatabase } from './database.js';
import { nameOf } from './parameters.js';

/** Streams, and how far their consumers are behind. */
export function streamRoutes(db: ApiDatabase) {
  return new Hono()
    .get('/', async (c) => c.json({ streams: await db.streams() }))
    .get('/:topic', async (c) => c.json(await db.stream(nameOf(c, 'topic')).stats()));
}
