import { honkerMiddleware } from '@honker/hono';
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { TestDatabase } from '../../core/test/temporary-database.js';

it('puts the database into the context', async () => {
  const { db } = new TestDatabase();
  const app = new Hono().use(honkerMiddleware(db)).post('/', (c) => {
    const id = c.var.honker.queue('emails').enqueue({ to: 'alice' });
    return c.json({ id, isTheOne: c.var.honker === db, jobs: c.var.honkerJobs });
  });
  const response = await app.request('/', { method: 'POST' });
  expect(await response.json()).toEqual({ id: 1, isTheOne: true, jobs: [] });
  expect(db.queue('emails').claimOne('w')?.payload).toEqual({ to: 'alice' });
});

it('refuses what is no database', () => {
  for (const wrong of [undefined, null, 'app.db']) {
    expect(() => honkerMiddleware(wrong as never)).toThrow('takes a honker database');
  }
});
