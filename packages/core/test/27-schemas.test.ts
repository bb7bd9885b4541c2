import { once } from 'node:events';
import { SchemaError, type StandardSchema } from '@honker/core';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TestDatabase } from './temporary-database.js';

const Email = z.object({ to: z.email(), copies: z.number().int().default(1) });

/** A row that somebody else has written. */
const insert = (test: TestDatabase, queue: string, payload: string) =>
  test.raw.prepare('INSERT INTO _honker_live (queue, payload) VALUES (?, ?)').run(queue, payload);

describe('a queue with a schema', () => {
  it('refuses at the enqueue what does not match, naming what and where, and writes nothing', () => {
    const test = new TestDatabase();
    const emails = test.db.queue('emails', { schema: Email });
    const enqueue = (payload: unknown) => () => emails.enqueue(payload as never);
    expect(enqueue({ to: 'nobody' })).toThrow(
      'payload does not match the schema: to: Invalid email address',
    );
    expect(enqueue({ to: 'a@example.com', copies: 1.5 })).toThrow(/copies: /);
    expect(() => emails.enqueueMany([{ to: 'a@example.com' }, { to: '' }])).toThrow(
      /payloads\[1\]/,
    );
    const tx = test.db.transaction();
    expect(() => emails.enqueueTx(tx, { to: '' })).toThrow(SchemaError);
    tx.commit();
    expect(test.count('_honker_live')).toBe(0);
    try {
      emails.enqueue({ to: '' });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'HONKER_SCHEMA', issues: [{ path: ['to'] }] });
    }
  });

  it('keeps what was given, and hands on what the schema makes of it', () => {
    const { db, raw } = new TestDatabase();
    const emails = db.queue('emails', { schema: Email });
    const id = emails.enqueue({ to: 'a@example.com' });
    expect(raw.prepare('SELECT payload FROM _honker_live').pluck().get()).toBe(
      '{"to":"a@example.com"}',
    );
    expect(emails.getJob(id)?.payload).toEqual({ to: 'a@example.com' });
    expect(emails.claimOne('w')?.payload).toEqual({ to: 'a@example.com', copies: 1 });
  });

  it.each([
    ['{"to":5}', /^payload does not match the schema: to: /],
    ['"text"', /^payload does not match the schema: /],
    ['not json', /^payload is not valid JSON: /],
  ])('buries %s when it is claimed by hand, with the issues, and goes on', (payload, lastError) => {
    const test = new TestDatabase();
    const emails = test.db.queue('emails', { schema: Email });
    insert(test, 'emails', payload);
    emails.enqueue({ to: 'a@example.com' });
    expect(emails.claimOne('w')?.payload.to).toBe('a@example.com');
    expect(emails.dead.list()[0]?.lastError).toMatch(lastError);
  });

  it('has a worker bury it, and tell', async () => {
    const test = new TestDatabase();
    const emails = test.db.queue('emails', { schema: Email });
    insert(test, 'emails', '{"to":"x"}');
    const handled: unknown[] = [];
    const worker = emails.work((job) => void handled.push(job.payload));
    const dead = once(worker, 'dead');
    const completed = once(worker, 'completed');
    emails.enqueue({ to: 'a@example.com', copies: 2 });
    const [job, error] = await dead;
    await completed;
    expect(job).toMatchObject({ queue: 'emails', attempts: 1 });
    expect(error).toBeInstanceOf(SchemaError);
    expect(error).toMatchObject({ issues: [{ path: ['to'] }] });
    expect(test.db.queue('emails').dead.list()[0]?.lastError).toBe((error as Error).message);
    expect(handled).toEqual([{ to: 'a@example.com', copies: 2 }]);
    await worker.stop();
  });

  it('may be of any library', () => {
    const { db } = new TestDatabase();
    const queue = db.queue('q', { schema: v.object({ n: v.number() }) });
    expect(() => queue.enqueue({ n: 'one' } as never)).toThrow(/n: .*number/);
    queue.enqueue({ n: 1 });
    expect(queue.claimOne('w')?.payload).toEqual({ n: 1 });
  });

  it('refuses what is no schema, and a schema that answers with a promise', () => {
    const test = new TestDatabase();
    expect(() => test.db.queue('q', { schema: {} as never })).toThrow(/Standard Schema/);
    expect(() => test.db.queue('q', { schema: null as never })).toThrow(/Standard Schema/);
    const slow = test.db.queue('q', { schema: z.string().refine(async () => true) });
    expect(() => slow.enqueue('x')).toThrow(/answers with a promise/);
    const rejecting: StandardSchema<string> = {
      '~standard': { version: 1, vendor: 'test', validate: () => Promise.reject(new Error('no')) },
    };
    expect(() => test.db.queue('q', { schema: rejecting }).enqueue('x')).toThrow(/promise/);
    expect(test.count('_honker_live')).toBe(0);
  });
});

describe('a stream with a schema', () => {
  const Order = z.object({ id: z.number(), at: z.coerce.date() });

  it('checks what is published, and hands on what the schema makes of it', async () => {
    const { db, raw } = new TestDatabase();
    const orders = db.stream('orders', { schema: Order });
    expect(() => orders.publish({ id: 'one' } as never)).toThrow(/id: /);
    expect(() => orders.publishMany([{ id: 'one' } as never])).toThrow(/payloads\[0\]/);
    orders.publishWithKey('k', { id: 1, at: '2026-11-22' });
    expect(orders.readSince(0)[0]?.payload).toEqual({ id: 1, at: new Date('2026-11-22') });
    expect(raw.prepare('SELECT count(*) FROM _honker_stream').pluck().get()).toBe(1);
  });

  it('stops a subscription at an event that does not match, until its offset is saved', async () => {
    const { db, raw } = new TestDatabase();
    const orders = db.stream('orders', { schema: Order });
    raw.exec(
      `INSERT INTO _honker_stream (topic, payload) VALUES ('orders', '{"id":true}'), ('orders', '{')`,
    );
    orders.publish({ id: 3, at: '2026-11-22' });
    const first = () => orders.subscribe('reader').next();
    await expect(first()).rejects.toThrow(
      /^event 1 of stream "orders" does not match the schema: id: /,
    );
    orders.saveOffset('reader', 1);
    await expect(first()).rejects.toThrow(/^event 2 .* not valid JSON/);
    orders.saveOffset('reader', 2);
    expect((await first()).value).toMatchObject({ payload: { id: 3 } });
  });
});

describe('a task with a schema', () => {
  it('checks its arguments where it is enqueued, and where it is run', async () => {
    const test = new TestDatabase();
    const schema = z.tuple([z.number(), z.coerce.number()]);
    const add = test.db.task('add', (a, b) => a + b, { schema, queue: 'math' });
    expect(() => add.enqueue('1' as never, 2)).toThrow(/the argument list of task "add" .*: 0: /);
    const handle = add.enqueue(1, '2');
    insert(test, 'math', '{"__honker_task__":{"task":"add","args":["1",2],"kwargs":{}}}');
    const controller = new AbortController();
    const running = test.db.runTasks({ signal: controller.signal });
    expect(await handle.get()).toBe(3);
    await test.until(() => test.count('_honker_dead') === 1);
    controller.abort();
    await running;
    expect(test.db.queue('math').dead.list()[0]?.lastError).toMatch(
      /^FailError: the argument list of task "add" does not match the schema: 0: /,
    );
  });
});
