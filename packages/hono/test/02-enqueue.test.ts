import { type Database, open, type Queue } from '@honker/core';
import { enqueue, honkerMiddleware, schemaValidator } from '@honker/hono';
import { Hono } from 'hono';
import { validator } from 'hono/validator';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TestDatabase } from '../../core/test/temporary-database.js';

interface Email {
  to: string;
}

let test: TestDatabase;
let db: Database;
let emails: Queue<Email>;
beforeEach(() => {
  test = new TestDatabase();
  db = test.db;
  emails = db.queue<Email>('emails');
});

const post = (body?: unknown): RequestInit => ({
  method: 'POST',
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  headers: { 'Content-Type': 'application/json' },
});

const waiting = () => emails.jobs({ state: 'pending' }).map(({ payload }) => payload);

describe('as the handler', () => {
  it('answers 202 with the id and the queue, and where to look', async () => {
    const app = new Hono().post('/', enqueue(emails, { to: 'alice' }, { location: '/emails/:id' }));
    const response = await app.request('/', post());
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ id: 1, queue: 'emails' });
    expect(response.headers.get('Location')).toBe('/emails/1');
    expect(response.headers.get('Honker-Job-Id')).toBe('1');
    expect(waiting()).toEqual([{ to: 'alice' }]);
  });

  it('says nothing of a place where none was given', async () => {
    const app = new Hono().post('/', enqueue(emails, { to: 'alice' }));
    expect((await app.request('/', post())).headers.get('Location')).toBeNull();
  });

  it('makes the payload of the request, in its own time', async () => {
    const app = new Hono().post(
      '/',
      enqueue(emails, async (c) => c.req.json()),
    );
    await app.request('/', post({ to: 'bob' }));
    expect(waiting()).toEqual([{ to: 'bob' }]);
  });

  it('passes the options of the job on', async () => {
    const options = { delay: 60, priority: 5, maxAttempts: 7, expires: 3600 };
    const app = new Hono().post('/', enqueue(emails, { to: 'alice' }, options));
    await app.request('/', post());
    const job = emails.getJob(1);
    expect(job).toMatchObject({ priority: 5, maxAttempts: 7 });
    expect(job && job.runAt - job.createdAt).toBe(60);
    expect(job && (job.expiresAt ?? 0) - job.createdAt).toBe(3600);
  });

  it('enqueues several', async () => {
    const audits = db.queue('audits');
    const app = new Hono().post('/', enqueue(audits, 'a'), enqueue(emails, { to: 'alice' }));
    const response = await app.request('/', post());
    expect(await response.json()).toEqual({ id: 1, queue: 'emails' });
    expect(response.headers.get('Honker-Job-Id')).toBe('1, 2');
    expect(audits.getJob(2)).toMatchObject({ queue: 'audits' });
  });

  it('is the handler although somebody else answers what nobody answers', async () => {
    const app = new Hono()
      .post('/', enqueue(emails, { to: 'alice' }))
      .post('*', (c) => c.text('the page', 200))
      .all('*', (c) => c.text('the page', 200));
    expect((await app.request('/', post())).status).toBe(202);
    expect(await (await app.request('/else', post())).text()).toBe('the page');
    expect(waiting()).toHaveLength(1);
  });

  it('in an application within another one', async () => {
    const inner = new Hono()
      .post('/plain', enqueue(emails, { to: 'alice' }))
      .post('/handled', enqueue(emails, { to: 'bob' }), (c) => c.text('done'))
      .onError((error, c) => c.text(error.message, 500));
    const app = new Hono().route('/inner', inner);
    expect((await app.request('/inner/plain', post())).status).toBe(202);
    expect(await (await app.request('/inner/handled', post())).text()).toBe('done');
    expect(waiting()).toEqual([{ to: 'alice' }, { to: 'bob' }]);
  });

  it('knows an asynchronous queue by its promise', async () => {
    const later = { name: 'later', enqueue: async (payload: Email) => emails.enqueue(payload) };
    const app = new Hono().post('/', enqueue(later, { to: 'alice' }));
    const response = await app.request('/', post());
    expect(await response.json()).toEqual({ id: 1, queue: 'later' });
  });
});

describe('before a handler', () => {
  it('enqueues once that has answered, and leaves the answer alone', async () => {
    let before: unknown[] | undefined;
    const app = new Hono().post('/', enqueue(emails, { to: 'alice' }), (c) => {
      before = waiting();
      return c.json({ welcome: true }, 201);
    });
    const response = await app.request('/', post());
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ welcome: true });
    expect(response.headers.get('Honker-Job-Id')).toBe('1');
    expect([before, waiting()]).toEqual([[], [{ to: 'alice' }]]);
  });

  it('makes the payload of what the handler has made', async () => {
    type Env = { Variables: { userId: number } };
    const app = new Hono<Env>().post(
      '/',
      enqueue(emails, (c) => ({ to: `user-${c.get('userId')}` })),
      (c) => {
        c.set('userId', 7);
        return c.redirect('/welcome', 303);
      },
    );
    expect((await app.request('/', post())).status).toBe(303);
    expect(waiting()).toEqual([{ to: 'user-7' }]);
  });

  it('registered by use(), and for several handlers that were registered one by one', async () => {
    const app = new Hono()
      .use('/signup', enqueue(emails, { to: 'alice' }))
      .post('/signup', (c) => c.text('welcome'))
      .post('/twice', enqueue(emails, { to: 'bob' }))
      .post('/twice', (c) => c.text('again'));
    expect(await (await app.request('/signup', post())).text()).toBe('welcome');
    expect(await (await app.request('/twice', post())).text()).toBe('again');
    expect(waiting()).toEqual([{ to: 'alice' }, { to: 'bob' }]);
  });

  it('tells those before it what was enqueued', async () => {
    let seen: unknown;
    const app = new Hono()
      .use(honkerMiddleware(db))
      .use(async (c, next) => {
        await next();
        seen = c.var.honkerJobs;
      })
      .post('/', enqueue(emails, { to: 'a' }), enqueue(emails, { to: 'b' }), (c) => c.text('ok'));
    await app.request('/', post());
    expect(seen).toEqual([
      { id: 1, queue: 'emails' },
      { id: 2, queue: 'emails' },
    ]);
  });

  it.each([
    [
      'answers with an error',
      (c: { text: (text: string, status: 409) => Response }) => c.text('no', 409),
    ],
    [
      'throws',
      () => {
        throw new Error('on purpose');
      },
    ],
  ])('enqueues nothing when the handler %s', async (_name, handler) => {
    const app = new Hono()
      .post('/', enqueue(emails, { to: 'alice' }), handler as never)
      .onError((error, c) => c.text(error.message, 500));
    const response = await app.request('/', post());
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.headers.get('Honker-Job-Id')).toBeNull();
    expect(waiting()).toEqual([]);
  });

  it('enqueues nothing when the handler throws, whatever is made of the error', async () => {
    const app = new Hono()
      .post('/', enqueue(emails, { to: 'alice' }), () => {
        throw new Error('on purpose');
      })
      .onError((_error, c) => c.text('never mind', 200));
    expect(await (await app.request('/', post())).text()).toBe('never mind');
    expect(waiting()).toEqual([]);
  });

  it('enqueues nothing where there is no route, and nothing for another method', async () => {
    const app = new Hono()
      .use('*', enqueue(emails, { to: 'alice' }))
      .all('/all', enqueue(emails, { to: 'alice' }))
      .get('/', (c) => c.text('page'));
    expect((await app.request('/nowhere', post())).status).toBe(404);
    expect((await app.request('/all', post())).status).toBe(404);
    expect((await app.request('/', post())).status).toBe(404);
    expect(waiting()).toEqual([]);
    await app.request('/');
    expect(waiting()).toHaveLength(1);
  });
});

describe('with a validator', () => {
  const schema = z.object({ email: z.email() });

  it('in front of it or inside, refuses what is not valid, and enqueues nothing', async () => {
    const app = new Hono()
      .post(
        '/inside',
        enqueue(emails, schemaValidator('json', schema), (c) => ({
          to: c.req.valid('json').email,
        })),
      )
      .post(
        '/before',
        schemaValidator('json', schema),
        enqueue(emails, (c) => ({ to: c.req.valid('json').email })),
      )
      .post(
        '/handled',
        enqueue(emails, schemaValidator('json', schema), (c) => ({
          to: c.req.valid('json').email,
        })),
        (c) => c.json(c.req.valid('json'), 201),
      );
    for (const path of ['/inside', '/before', '/handled']) {
      const refused = await app.request(path, post({ email: 'nobody' }));
      expect([path, refused.status]).toEqual([path, 422]);
      expect(await refused.json()).toMatchObject({ issues: [{ path: ['email'] }] });
      expect(waiting()).toEqual([]);
      const accepted = await app.request(path, post({ email: 'a@example.com' }));
      expect(accepted.status).toBe(path === '/handled' ? 201 : 202);
      expect(waiting()).toEqual([{ to: 'a@example.com' }]);
      emails.claimOne('w')?.ack();
    }
  });

  it('of Hono', async () => {
    const ofHono = validator('json', (value, c) =>
      typeof value.to === 'string' ? { to: value.to as string } : c.json({ error: 'no' }, 400),
    );
    const app = new Hono().post(
      '/',
      enqueue(emails, ofHono, (c) => c.req.valid('json')),
    );
    expect((await app.request('/', post({ to: 5 }))).status).toBe(400);
    expect((await app.request('/', post({ to: 'alice' }))).status).toBe(202);
    expect(waiting()).toEqual([{ to: 'alice' }]);
  });
});

describe('a queue with a schema', () => {
  it('refuses what the request made, with the issues; what the application made is its own fault', async () => {
    const typed = db.queue('typed', { schema: z.object({ to: z.email() }) });
    const app = new Hono()
      .post(
        '/',
        enqueue(typed, (c) => c.req.json()),
      )
      .post('/fixed', enqueue(typed, { to: 'nobody' }))
      .post(
        '/handled',
        enqueue(typed, (c) => c.req.json()),
        (c) => c.text('ok'),
      )
      .onError((error, c) => c.text((error as unknown as { code: string }).code, 500));
    const refused = await app.request('/', post({ to: 'nobody' }));
    expect([refused.status, await refused.json()]).toEqual([
      422,
      { error: 'invalid payload', issues: [{ message: expect.any(String), path: ['to'] }] },
    ]);
    for (const path of ['/fixed', '/handled']) {
      const response = await app.request(path, post({ to: 'nobody' }));
      expect([response.status, await response.text()]).toEqual([500, 'HONKER_SCHEMA']);
    }
    expect(db.queues()).toEqual([]);
    expect((await app.request('/', post({ to: 'a@example.com' }))).status).toBe(202);
  });
});

describe('what goes wrong', () => {
  it('malformed JSON is the fault of who sent it', async () => {
    const app = new Hono().post(
      '/',
      enqueue(emails, (c) => c.req.json()),
    );
    for (const body of ['{', '', '{"to": "a"} x', '\0']) {
      const response = await app.request('/', { method: 'POST', body });
      expect([body, response.status]).toEqual([body, 400]);
      expect(await response.text()).toBe('Malformed JSON in request body');
    }
    expect(waiting()).toEqual([]);
  });

  it('what the payload function throws goes to onError, and nothing is enqueued', async () => {
    const app = new Hono()
      .post(
        '/',
        enqueue(emails, () => {
          throw new Error('no payload');
        }),
        (c) => c.text('ok'),
      )
      .onError((error, c) => c.text(error.message, 500));
    const response = await app.request('/', post());
    expect([response.status, await response.text()]).toEqual([500, 'no payload']);
    expect(waiting()).toEqual([]);
  });

  it('a database that is closed, or has a transaction open', async () => {
    const closed = open(test.path);
    const queue = closed.queue('emails');
    closed.close();
    const app = new Hono()
      .post('/closed', enqueue(queue, 1))
      .post('/open', enqueue(emails, { to: 'alice' }), (c) => c.text('ok'))
      .onError((error, c) => c.text((error as unknown as { code: string }).code, 500));
    expect(await (await app.request('/closed', post())).text()).toBe('HONKER_CLOSED');
    const tx = db.transaction();
    const response = await app.request('/open', post());
    tx.rollback();
    expect(await response.text()).toBe('HONKER_TRANSACTION_OPEN');
    expect(waiting()).toEqual([]);
  });

  it('refuses what is no queue', () => {
    for (const wrong of [undefined, null, 'emails', {}, db]) {
      expect(() => enqueue(wrong as never, 1 as never)).toThrow(
        'takes a queue as its first argument',
      );
    }
  });
});
