/**
 * What check-packages.mjs runs and type-checks against each installed package. `names` is what a
 * program imports, `esm` and `cjs` how it gets at anything else, `run` the program, `types` one that is
 * only type-checked: it holds what must be an error, too.
 */
export const programs = {
  '@honker/native': {
    names: ['extensionPath', 'watchCommits'],
    esm: `import Database from 'better-sqlite3'; import assert from 'node:assert';\n`,
    cjs: `const Database = require('better-sqlite3'); const assert = require('node:assert');\n`,
    run: `
      const db = new Database(':memory:');
      db.loadExtension(extensionPath());
      const get = (sql, ...values) => db.prepare(sql).pluck().get(...values);
      get('SELECT honker_bootstrap()');
      const id = get("SELECT honker_enqueue('q', '{\\"a\\":1}', NULL, NULL, 0, 3, NULL)");
      const [job] = JSON.parse(get("SELECT honker_claim_batch('q', 'w', 1, 60)"));
      assert.deepEqual([job.id, job.payload], [id, '{"a":1}']);
      assert.equal(get("SELECT honker_ack(?, 'w')", id), 1);
      db.close();

      const file = new Database('native-' + process.pid + '.db');
      file.pragma('journal_mode = WAL');
      file.loadExtension(extensionPath());
      watchCommits(file.name, () => {}).close();
      file.close();
    `,
    types: `
      import { type CommitWatcher, ExtensionNotFoundError } from '@honker/native';
      const path: string = extensionPath();
      const watcher: CommitWatcher = watchCommits(path, (alive) => void (alive satisfies boolean));
      watcher.close();
      const paths: readonly string[] = new ExtensionNotFoundError('file', [], 'remedy').paths;
      void paths;
      // @ts-expect-error a path is text
      watchCommits(1, () => {});
    `,
  },
  '@honker/core': {
    names: ['open'],
    esm: `import assert from 'node:assert';\n`,
    cjs: `const assert = require('node:assert');\n`,
    run: `
      const db = open('core-' + process.pid + '.db');
      const queue = db.queue('q');
      queue.enqueue({ a: 1 });
      const job = queue.claimOne('w');
      assert.deepEqual(job.payload, { a: 1 });
      job.ack();
      assert.equal(queue.claimOne('w'), null);
      db.close();
    `,
    types: `
      const db = open('app.db');
      const queue = db.queue<{ a: number }>('q');
      const id: number = queue.enqueue({ a: 1 });
      const a: number | undefined = queue.claimOne('w')?.payload.a;
      void id;
      void a;
      // @ts-expect-error the payload has a type
      queue.enqueue({ a: 'one' });
      db.close();
    `,
  },
  '@honker/hono': {
    names: ['enqueue', 'honkerApi', 'honkerMiddleware', 'schemaValidator', 'streamEvents'],
    esm: `import { open } from '@honker/core'; import { Hono } from 'hono'; import assert from 'node:assert';\n`,
    cjs: `const { open } = require('@honker/core'); const { Hono } = require('hono'); const assert = require('node:assert');\n`,
    run: `
      const db = open('hono-' + process.pid + '.db');
      const app = new Hono()
        .use(honkerMiddleware(db))
        .post('/emails', enqueue(db.queue('emails'), (c) => c.req.json()))
        .get('/events', streamEvents(db.stream('orders'), { from: 'start' }))
        .route('/honker', honkerApi(db, { authorize: 'public' }));
      (async () => {
        const accepted = await app.request('/emails', { method: 'POST', body: '{"to":"alice"}' });
        assert.deepEqual(await accepted.json(), { id: 1, queue: 'emails' });
        const { jobs } = await (await app.request('/honker/queues/emails/jobs')).json();
        assert.deepEqual(jobs[0].payload, { to: 'alice' });
        db.stream('orders').publish(42);
        const reader = (await app.request('/events')).body.getReader();
        await reader.read();
        assert.equal(new TextDecoder().decode((await reader.read()).value), 'id: 1\\ndata: 42\\n\\n');
        await reader.cancel();
        db.close();
      })();
    `,
    types: `
      import { open, type StandardSchema } from '@honker/core';
      import { Hono } from 'hono';
      import { hc } from 'hono/client';
      const db = open('app.db');
      const emails = db.queue<{ to: string }>('emails');
      declare const schema: StandardSchema<{ email: string }>;
      const app = new Hono()
        .use(honkerMiddleware(db))
        .post('/signup', enqueue(emails, schemaValidator('json', schema), (c) => ({ to: c.req.valid('json').email })))
        .get('/events', streamEvents(db.stream('orders')))
        .route('/honker', honkerApi(db, { authorize: 'public' }));
      const client = hc<typeof app>('http://localhost');
      client.signup.$post({ json: { email: 'a@example.com' } });
      client.honker.queues.$get();
      // @ts-expect-error the input has a type
      client.signup.$post({ json: { email: 5 } });
      // @ts-expect-error who may?
      honkerApi(db);
    `,
  },
};
