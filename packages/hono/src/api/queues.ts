import type { DeadJob } from '@honker/core';
import { type Context, Hono } from 'hono';
import { validator } from 'hono/validator';
import type { ApiDatabase, ApiQueue } from './database.js';
import { nextPage, pageAfter } from './job-page.js';
import { idOf, limitOf, nameOf, refusal, wholeNumber } from './parameters.js';

/** Queues, their jobs, and their dead letters. */
export function queueRoutes(db: ApiDatabase) {
  const queueOf = (c: Context): ApiQueue => db.queue(nameOf(c, 'queue'));

  return new Hono()
    .get('/', async (c) => c.json({ queues: await db.queues() }))
    .get('/:queue', async (c) => c.json(await queueOf(c).stats()))
    .get('/:queue/jobs', validator('query', jobsQuery), async (c) => {
      const { state = 'pending', after, limit } = c.req.valid('query');
      const most = limitOf(c, limit);
      const place = pageAfter(c, state, after);
      const jobs = await queueOf(c).jobs({ state, after: place, limit: most });
      return c.json({ jobs, next: nextPage(state, jobs, most) });
    })
    .get('/:queue/jobs/:id', async (c) => {
      const queue = queueOf(c);
      const job = await queue.getJob(idOf(c));
      if (job !== null) return c.json(job);
      const dead = await deadJob(c, queue);
      return dead === undefined ? noSuchJob(c) : c.json({ ...dead, state: 'dead' as const });
    })
    .delete('/:queue/jobs/:id', async (c) => {
      const id = idOf(c);
      return (await queueOf(c).cancel(id)) ? c.json({ id }) : noSuchJob(c);
    })
    .get('/:queue/dead', validator('query', deadQuery), async (c) => {
      const { after, limit } = c.req.valid('query');
      const most = limitOf(c, limit);
      const afterId = after === undefined ? undefined : wholeNumber(c, 'after', after);
      const jobs = await queueOf(c).dead.list(
        afterId === undefined ? { limit: most } : { afterId: Math.max(afterId, 0), limit: most },
      );
      const last = jobs.length < most ? undefined : jobs.at(-1);
      return c.json({ jobs, next: last === undefined ? null : String(last.id) });
    })
    .post('/:queue/dead/:id/requeue', async (c) => {
      const id = await queueOf(c).dead.requeue(idOf(c));
      return id === null ? noSuchJob(c) : c.json({ id }, 201);
    })
    .delete('/:queue/dead', validator('query', purgeQuery), async (c) => {
      const { olderThanS } = c.req.valid('query');
      const age = olderThanS === undefined ? 0 : wholeNumber(c, 'olderThanS', olderThanS);
      if (age < 0) throw refusal(c, `olderThanS must be at least 0, not ${age}`);
      return c.json({ purged: await queueOf(c).dead.purge({ olderThanS: age }) });
    });
}

type Query = Record<string, string | string[]>;

interface DeadQuery {
  after?: string | undefined;
  limit?: string | undefined;
}

interface JobsQuery extends DeadQuery {
  state?: 'pending' | 'processing' | undefined;
}

interface PurgeQuery {
  olderThanS?: string | undefined;
}

function jobsQuery(query: Query, c: Context): JobsQuery {
  const state = one(query.state);
  if (state === undefined || state === 'pending' || state === 'processing') {
    return { ...deadQuery(query), state };
  }
  throw refusal(c, 'state must be pending or processing (dead jobs are in …/dead)');
}

function deadQuery(query: Query): DeadQuery {
  return { after: one(query.after), limit: one(query.limit) };
}

function purgeQuery(query: Query): PurgeQuery {
  return { olderThanS: one(query.olderThanS) };
}

/** Of a parameter that was given more than once, the first. */
const one = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

async function deadJob(c: Context, queue: ApiQueue): Promise<DeadJob<unknown> | undefined> {
  const id = idOf(c);
  const [found] = await queue.dead.list(id === 0 ? { limit: 1 } : { afterId: id - 1, limit: 1 });
  return found?.id === id ? found : undefined;
}

const noSuchJob = (c: Context) => c.json({ error: 'there is no such job in this queue' }, 404);
