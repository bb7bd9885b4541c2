import type { Database } from '@honker/core';
import { honkerApi } from '@honker/hono';
import { Hono } from 'hono';
import { hc } from 'hono/client';
import { beforeEach, describe, expect, it } from 'vitest';
import { TestDatabase } from '../../core/test/temporary-database.js';

let test: TestDatabase;
let db: Database;
let app: ReturnType<typeof mount>;

const mount = (database: Database) =>
  new Hono().route('/honker', honkerApi(database, { authorize: 'public' }));

beforeEach(() => {
  test = new TestDatabase();
  db = test.db;
  app = mount(db);
});

/** The client, on the application itself. */
const client = () =>
  hc<typeof app>('http://localhost', {
    fetch: (input: unknown, init?: RequestInit) => app.request(String(input), init),
  }).honker;

const get = async (path: string, init?: RequestInit) => {
  const response = await app.request(`/honker${path}`, init);
  return { status: response.status, body: await response.json() };
};
const remove: RequestInit = { method: 'DELETE' };
const post: RequestInit = { method: 'POST' };

describe('queues', () => {
  it('lists them, and counts one', async () => {
    db.queue('a').enqueue(1);
    db.queue('b').enqueue(2, { delay: 60 });
    expect(await (await client().queues.$get()).json()).toEqual({ queues: db.queues() });
    const one = await client().queues[':queue'].$get({ param: { queue: 'b' } });
    expect(await one.json()).toEqual(db.queue('b').stats());
  });

  it('takes names of any kind', async () => {
    for (const name of ['a/b', '_outbox:mail', 'größe 🎉', '%41', '..', '?x=1#y']) {
      db.queue(name).enqueue(name);
      const path = `/queues/${encodeURIComponent(name).replaceAll('.', '%2E')}`;
      // A URL has no way to say `..`.
      if (name === '..') continue;
      expect((await get(path)).body).toMatchObject({ queue: name, ready: 1 });
      expect((await get(`${path}/jobs`)).body).toMatchObject({ jobs: [{ payload: name }] });
    }
    expect((await get('/queues/a%00b')).status).toBe(400);
  });

  it('lists jobs by state, page by page', async () => {
    const queue = db.queue<number>('q');
    queue.enqueueMany([1, 2, 3, 4, 5]);
    const jobs = client().queues[':queue'].jobs;
    const page = async (query: {
      state?: 'pending' | 'processing';
      after?: string;
      limit?: string;
    }) => (await jobs.$get({ param: { queue: 'q' }, query })).json();
    const first = await page({ limit: '2' });
    expect(first.jobs).toEqual(queue.jobs({ state: 'pending', limit: 2 }));
    queue.cancel(2);
    const second = await page({ limit: '2', after: first.next ?? '' });
    expect(second.jobs.map(({ payload }) => payload)).toEqual([3, 4]);
    const third = await page({ limit: '2', after: second.next ?? '' });
    expect(third).toMatchObject({ jobs: [{ payload: 5 }], next: null });
    queue.claimBatch('w', 3);
    const held = await page({ state: 'processing', limit: '2' });
    expect(held.jobs.map(({ id }) => id)).toEqual([1, 3]);
    const rest = await page({ state: 'processing', limit: '2', after: held.next ?? '' });
    expect(rest).toMatchObject({ jobs: [{ id: 4, workerId: 'w' }], next: null });
  });

  it('tells no next page where a column is no number', async () => {
    test.raw.exec("INSERT INTO _honker_live (queue, payload, run_at) VALUES ('q', '1', 'soon')");
    expect((await get('/queues/q/jobs?limit=1')).body).toMatchObject({ next: null });
  });

  it.each([
    'state=dead',
    'state=',
    'limit=0',
    'limit=1001',
    'limit=x',
    'limit=1.5',
    'limit=',
    'after=x',
    'after=',
    'after=1',
    'after=1.2',
    'after=1.2.3.4',
    'after=1.2.99999999999999999999',
  ])('refuses ?%s', async (query) => {
    const { status, body } = await get(`/queues/q/jobs?${query}`);
    expect(status).toBe(400);
    expect(body).toEqual({ error: expect.stringMatching(/must/) });
  });
});

describe('a job', () => {
  it('is shown wherever it stands', async () => {
    const queue = db.queue('q');
    queue.enqueueMany([1, 2]);
    expect((await get('/queues/q/jobs/1')).body).toEqual(queue.getJob(1));
    queue.claimOne('w')?.fail('on purpose');
    expect(await get('/queues/q/jobs/1')).toMatchObject({
      status: 200,
      body: { id: 1, state: 'dead', lastError: 'on purpose' },
    });
  });

  it('is cancelled once', async () => {
    const queue = db.queue('q');
    const id = queue.enqueue(1);
    const cancel = () =>
      client().queues[':queue'].jobs[':id'].$delete({ param: { queue: 'q', id: String(id) } });
    const first = await cancel();
    expect([first.status, await first.json()]).toEqual([200, { id }]);
    expect((await cancel()).status).toBe(404);
    expect(queue.getJob(id)).toBeNull();
  });

  it('is not found under another queue, and left alone', async () => {
    db.queue('q').enqueue(1);
    for (const init of [undefined, remove]) {
      const { status, body } = await get('/queues/other/jobs/1', init);
      expect([status, body]).toEqual([404, { error: 'there is no such job in this queue' }]);
    }
    expect(db.queue('q').getJob(1)).not.toBeNull();
  });

  it.each(['x', '-1', '1.5', '1e3', '99999999999999999999', '0x1', '%20', '1%00', "1'--"])(
    'refuses the id %s',
    async (id) => {
      for (const [path, init] of [
        [`/queues/q/jobs/${id}`, undefined],
        [`/queues/q/jobs/${id}`, remove],
        [`/queues/q/dead/${id}/requeue`, post],
      ] as const) {
        const { status, body } = await get(path, init);
        expect([path, status]).toEqual([path, 400]);
        expect(body).toEqual({ error: expect.stringContaining('id must be') });
      }
    },
  );

  it('answers 404 for an id that is nobody’s', async () => {
    for (const id of ['0', '5', '9007199254740991']) {
      expect((await get(`/queues/q/jobs/${id}`)).status).toBe(404);
      expect((await get(`/queues/q/dead/${id}/requeue`, post)).status).toBe(404);
    }
  });
});

describe('dead letters', () => {
  beforeEach(() => {
    const queue = db.queue<number>('q');
    queue.enqueueMany([1, 2, 3]);
    for (const job of queue.claimBatch('w', 3)) job.fail(`no ${job.payload}`);
    db.queue('other').enqueue(4);
    db.queue('other').claimOne('w')?.fail('no');
  });

  it('are listed, page by page', async () => {
    const first = (await get('/queues/q/dead?limit=2')).body;
    expect(first).toEqual({ jobs: db.queue('q').dead.list({ limit: 2 }), next: '2' });
    const second = (await get('/queues/q/dead?limit=2&after=2')).body;
    expect(second).toMatchObject({ jobs: [{ id: 3, lastError: 'no 3' }], next: null });
    expect((await get('/queues/q/dead?after=x')).status).toBe(400);
    expect((await get('/queues/q/dead?after=-5')).body).toMatchObject({
      jobs: [{ id: 1 }, {}, {}],
    });
  });

  it('one is put back, once, and under its own queue only', async () => {
    const requeue = (queue: string) =>
      client().queues[':queue'].dead[':id'].requeue.$post({ param: { queue, id: '2' } });
    expect((await requeue('other')).status).toBe(404);
    const done = await requeue('q');
    expect([done.status, await done.json()]).toEqual([201, { id: 5 }]);
    expect(db.queue('q').getJob(5)).toMatchObject({ payload: 2, attempts: 0 });
    expect((await requeue('q')).status).toBe(404);
  });

  it('are purged, of one queue, those that are old enough', async () => {
    const purge = (olderThanS?: string) =>
      client().queues[':queue'].dead.$delete({ param: { queue: 'q' }, query: { olderThanS } });
    expect(await (await purge('3600')).json()).toEqual({ purged: 0 });
    expect(await (await purge()).json()).toEqual({ purged: 3 });
    expect(db.queue('other').dead.list()).toHaveLength(1);
    expect((await get('/queues/q/dead?olderThanS=-1', remove)).status).toBe(400);
    expect((await get('/queues/other/dead?olderThanS=x', remove)).status).toBe(400);
    expect(db.queue('other').dead.list()).toHaveLength(1);
  });
});

describe('schedules', () => {
  it('are listed, paused and resumed', async () => {
    const scheduler = db.scheduler();
    scheduler.add({ name: 'nightly', queue: 'q', schedule: '0 3 * * *', payload: { full: true } });
    expect((await get('/schedules')).body).toEqual({ schedules: scheduler.list() });
    expect((await get('/schedules/nightly/pause', post)).body).toEqual({
      name: 'nightly',
      enabled: false,
    });
    expect(scheduler.list()[0]?.enabled).toBe(false);
    const resumed = await client().schedules[':name'].resume.$post({ param: { name: 'nightly' } });
    expect(await resumed.json()).toEqual({ name: 'nightly', enabled: true });
    expect(scheduler.list()[0]?.enabled).toBe(true);
    for (const verb of ['pause', 'resume']) {
      expect((await get(`/schedules/nobody/${verb}`, post)).status).toBe(404);
    }
  });
});

describe('streams', () => {
  it('are listed with the lag of their consumers, and one is shown', async () => {
    const stream = db.stream('orders');
    stream.publishMany([1, 2, 3]);
    stream.saveOffset('mailer', 1);
    const { body } = await get('/streams');
    expect(body).toEqual({ streams: [stream.stats()] });
    expect(body).toMatchObject({ streams: [{ consumers: [{ name: 'mailer', lag: 2 }] }] });
    expect((await get('/streams/orders')).body).toEqual(stream.stats());
    expect((await get('/streams/nothing')).body).toMatchObject({ events: 0, lastOffset: null });
  });
});

describe('authorize', () => {
  it('must be there', () => {
    for (const options of [undefined, {}, { authorize: true }, { authorize: 'Public' }]) {
      expect(() => honkerApi(db, options as never)).toThrow('honkerApi() needs { authorize }');
    }
  });

  it('is asked before everything, and lets in whom it answers true for', async () => {
    const asked: string[] = [];
    const guarded = new Hono().route(
      '/honker',
      honkerApi(db, {
        authorize: async (c) => {
          asked.push(`${c.req.method} ${c.req.path}`);
          const user = c.req.header('User');
          return user === 'teapot' ? c.text('no', 418) : user === 'admin';
        },
      }),
    );
    const id = db.queue('q').enqueue(1);
    const requests = [
      ['GET', '/queues'],
      ['GET', '/queues/q'],
      ['GET', '/queues/q/jobs'],
      ['GET', `/queues/q/jobs/${id}`],
      ['DELETE', `/queues/q/jobs/${id}`],
      ['GET', '/queues/q/dead'],
      ['POST', '/queues/q/dead/1/requeue'],
      ['DELETE', '/queues/q/dead'],
      ['GET', '/schedules'],
      ['POST', '/schedules/s/pause'],
      ['POST', '/schedules/s/resume'],
      ['GET', '/streams'],
      ['GET', '/streams/orders'],
      ['GET', '/nowhere'],
    ] as const;
    for (const [method, path] of requests) {
      const response = await guarded.request(`/honker${path}`, { method });
      expect([path, response.status]).toEqual([path, 403]);
      expect(await response.json()).toEqual({ error: 'not authorized' });
    }
    expect(asked).toHaveLength(requests.length);
    expect(db.queue('q').getJob(id)).not.toBeNull();
    const as = async (user: string) =>
      (await guarded.request('/honker/queues', { headers: { User: user } })).status;
    expect([await as('admin'), await as('teapot'), await as('x')]).toEqual([200, 418, 403]);
  });

  it('covers every route of the API', () => {
    const { routes } = honkerApi(db, { authorize: 'public' });
    const own = routes.filter(({ method }) => method !== 'ALL').map(({ path }) => path);
    expect(new Set(own).size).toBe(11);
  });

  it('that throws, or answers something else than true, lets nobody in', async () => {
    for (const authorize of [() => 'yes', () => 1, () => ({}), () => undefined, () => null]) {
      const guarded = honkerApi(db, { authorize: authorize as never });
      expect((await guarded.request('/queues')).status).toBe(403);
    }
    const broken = honkerApi(db, {
      authorize: () => {
        throw new Error('no session store');
      },
    });
    broken.onError((error, c) => c.text(error.message, 500));
    expect((await broken.request('/queues')).status).toBe(500);
  });
});
