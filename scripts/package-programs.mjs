/**
 * What check-packages.mjs runs and type-checks against each installed package. `names` is what a
 * program imports, `esm` and `cjs` how it gets at anything else, `run` the program, `types` one that is
 * only type-checked: it holds what must be an error, too; `skipLibCheck` where declarations of another
 * package's don't check.
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
  '@honker/drizzle': {
    names: ['honkerDrizzle', 'honkerTables'],
    skipLibCheck: true,
    esm: `import { drizzle } from 'drizzle-orm/better-sqlite3'; import assert from 'node:assert';\n`,
    cjs: `const { drizzle } = require('drizzle-orm/better-sqlite3'); const assert = require('node:assert');\n`,
    run: `
      const db = drizzle('drizzle-' + process.pid + '.db');
      const honker = honkerDrizzle(db);
      const queue = honker.queue('q');
      const id = db.transaction((tx) => queue.enqueue(tx, { a: 1 }));
      assert.throws(() => db.transaction((tx) => {
        queue.enqueue(tx, { a: 2 });
        throw new Error('rolled back');
      }), /rolled back/);
      assert.deepEqual(db.select().from(honkerTables.live).all().map((job) => job.id), [id]);
      honker.close();
      db.$client.close();
    `,
    types: `
      import { drizzle } from 'drizzle-orm/better-sqlite3';
      const db = drizzle('app.db');
      const honker = honkerDrizzle(db);
      const queue = honker.queue<{ a: number }>('q');
      const id: number = db.transaction((tx) => queue.enqueue(tx, { a: 1 }));
      const state: 'pending' | 'processing' | undefined = db.select().from(honkerTables.live).get()?.state;
      void id;
      void state;
      // @ts-expect-error the payload has a type
      queue.enqueue(db, { a: 'one' });
      // @ts-expect-error the database, or a transaction, comes first
      queue.enqueue({ a: 1 });
    `,
  },
  '@honker/kysely': {
    names: ['honkerKysely'],
    esm: `
      import Database from 'better-sqlite3'; import assert from 'node:assert';
      import { Kysely, SqliteDialect, sql } from 'kysely';
    `,
    cjs: `
      const Database = require('better-sqlite3'); const assert = require('node:assert');
      const { Kysely, SqliteDialect, sql } = require('kysely');
    `,
    run: `
      async function main() {
        const database = new Database('kysely-' + process.pid + '.db');
        const db = new Kysely({ dialect: new SqliteDialect({ database }) });
        const honker = await honkerKysely(db, database);
        const queue = honker.queue('q');
        await db.transaction().execute(async (trx) => {
          await sql\`CREATE TABLE orders (id INTEGER)\`.execute(trx);
          await queue.enqueue(trx, { a: 1 });
        });
        await assert.rejects(db.transaction().execute(() => queue.enqueue(db, 1)), /queue\\.enqueue\\(trx, …\\)/);
        const job = await queue.claimOne('w');
        assert.deepEqual(job.payload, { a: 1 });
        await job.ack();
        await honker.close();
        await db.destroy();
      }
      main();
    `,
    types: `
      import type { BetterSqlite3Database } from '@honker/core';
      import type { HonkerTables } from '@honker/kysely';
      import type { Kysely } from 'kysely';
      async function main(db: Kysely<HonkerTables>, database: BetterSqlite3Database) {
        const honker = await honkerKysely(db, database);
        const queue = honker.queue<{ a: number }>('q');
        const id: number = await db.transaction().execute((trx) => queue.enqueue(trx, { a: 1 }));
        const rows = await db.selectFrom('_honker_live').select('payload').execute();
        const payload: string | undefined = rows[0]?.payload;
        void id;
        void payload;
        // @ts-expect-error the payload has a type
        await queue.enqueue(db, { a: 'one' });
        // @ts-expect-error the transaction comes first
        await queue.enqueue({ a: 1 });
      }
      void main;
    `,
  },
  '@honker/nestjs': {
    names: ['HonkerModule', 'Processor', 'WorkerHost', 'getQueueToken'],
    esm: `
      import 'reflect-metadata';
      import { drain, HonkerTestingModule } from '@honker/nestjs/testing';
      import { Module } from '@nestjs/common';
      import { NestFactory } from '@nestjs/core';
      import assert from 'node:assert';
    `,
    cjs: `
      require('reflect-metadata');
      const { drain, HonkerTestingModule } = require('@honker/nestjs/testing');
      const { Module } = require('@nestjs/common');
      const { NestFactory } = require('@nestjs/core');
      const assert = require('node:assert');
    `,
    run: `
      const seen = [];
      class Emails extends WorkerHost {
        process(job) {
          seen.push(job.payload);
        }
      }
      Processor('emails')(Emails);
      const start = (root) => {
        class AppModule {}
        const imports = [root, HonkerModule.registerQueue({ name: 'emails' })];
        Module({ imports, providers: [Emails] })(AppModule);
        return NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
      };
      (async () => {
        const database = 'nestjs-' + process.pid + '.db';
        for (const root of [HonkerModule.forRoot({ database }), HonkerTestingModule.forRoot()]) {
          const app = await start(root);
          app.get(getQueueToken('emails')).enqueue({ to: 'alice@example.com' });
          await drain(app);
          await app.close();
        }
        assert.deepEqual(seen, [{ to: 'alice@example.com' }, { to: 'alice@example.com' }]);
      })();
    `,
    types: `
      import type { Job, Queue } from '@honker/core';
      import { Cron, Every, type HonkerModuleOptions } from '@honker/nestjs';
      import { drain } from '@honker/nestjs/testing';
      class Emails extends WorkerHost<{ to: string }> {
        process(job: Job<{ to: string }>, signal: AbortSignal): void {
          const to: string = job.payload.to;
          void [to, signal, this.worker.id];
        }
      }
      Processor('emails', { concurrency: 2 })(Emails);
      const options: HonkerModuleOptions = { database: 'app.db', role: 'producer' };
      void [HonkerModule.forRoot(options), getQueueToken('emails'), Cron('@daily'), Every('5s')];
      declare const app: Parameters<typeof drain>[0];
      const drained: Promise<{ completed: object[] }> = drain(app);
      const emails: Queue<{ to: string }> = app.get(getQueueToken('emails'), { strict: false });
      void [drained, emails];
      // @ts-expect-error an interval has a unit
      Every(5000);
      // @ts-expect-error there is no such role
      HonkerModule.forRoot({ database: 'app.db', role: 'reader' });
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
