import type { StandardSchema } from '@honker/core';
import { schemaValidator } from '@honker/hono';
import { Hono } from 'hono';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const json = (body: string): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'Content-Type': 'application/json' },
});

describe('schemaValidator()', () => {
  it('gives on what the schema made of the request', async () => {
    const schema = z.object({ page: z.coerce.number().default(1) });
    const app = new Hono().get('/', schemaValidator('query', schema), (c) =>
      c.json(c.req.valid('query')),
    );
    expect(await (await app.request('/?page=5')).json()).toEqual({ page: 5 });
    expect(await (await app.request('/')).json()).toEqual({ page: 1 });
    expect((await app.request('/?page=x')).status).toBe(422);
  });

  it('answers 422 with the issues, of whatever library', async () => {
    const schemas = [
      z.object({ items: z.array(z.object({ sku: z.string() })) }),
      v.object({ items: v.array(v.object({ sku: v.string() })) }),
    ];
    for (const schema of schemas) {
      const app = new Hono().post('/', schemaValidator('json', schema as z.ZodType), (c) =>
        c.body(null),
      );
      const response = await app.request('/', json('{"items":[{"sku":"a"},{"sku":5}]}'));
      expect(response.status).toBe(422);
      expect(await response.json()).toEqual({
        error: 'invalid json',
        issues: [{ message: expect.any(String), path: ['items', 1, 'sku'] }],
      });
    }
  });

  it('waits for a schema that answers later, and names a symbol in a path', async () => {
    const schema: StandardSchema<{ a: number }> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: async () => ({
          issues: [{ message: 'no', path: [Symbol('a'), { key: 0 }] }, { message: 'never' }],
        }),
      },
    };
    const app = new Hono().post('/', schemaValidator('json', schema), (c) => c.body(null));
    expect(await (await app.request('/', json('{}'))).json()).toEqual({
      error: 'invalid json',
      issues: [
        { message: 'no', path: ['Symbol(a)', 0] },
        { message: 'never', path: [] },
      ],
    });
  });

  it('answers 400 to malformed JSON, and 422 to none', async () => {
    const app = new Hono().post('/', schemaValidator('json', z.object({ a: z.number() })), (c) =>
      c.body(null),
    );
    for (const body of ['{', '', 'null null']) {
      const response = await app.request('/', json(body));
      expect([response.status, await response.text()]).toEqual([
        400,
        'Malformed JSON in request body',
      ]);
    }
    const untyped = await app.request('/', { method: 'POST', body: '{"a":1}' });
    expect(untyped.status).toBe(422);
  });

  it('answers 413 to a body that is larger than it may be', async () => {
    const schema = z.object({ a: z.string() });
    const app = new Hono()
      .post('/default', schemaValidator('json', schema), (c) => c.text('ok'))
      .post('/small', schemaValidator('json', schema, { maxBytes: 20 }), (c) => c.text('ok'));
    const of = (length: number) => JSON.stringify({ a: 'x'.repeat(length) });
    expect((await app.request('/default', json(of(1_000_000)))).status).toBe(200);
    const refused = await app.request('/default', json(of(2 ** 20)));
    expect([refused.status, await refused.json()]).toEqual([
      413,
      { error: 'the body is larger than 1048576 bytes' },
    ]);
    expect((await app.request('/small', json(of(12)))).status).toBe(200);
    expect((await app.request('/small', json(of(13)))).status).toBe(413);
    const form = new Hono().post('/', schemaValidator('form', schema, { maxBytes: 20 }), (c) =>
      c.json(c.req.valid('form')),
    );
    const send = (length: number) =>
      form.request('/', { method: 'POST', body: new URLSearchParams({ a: 'x'.repeat(length) }) });
    expect(await (await send(18)).json()).toEqual({ a: 'x'.repeat(18) });
    expect((await send(19)).status).toBe(413);
  });

  it('refuses what is no schema, and a size that is none', () => {
    for (const wrong of [undefined, null, {}, z]) {
      expect(() => schemaValidator('json', wrong as never)).toThrow('takes a Standard Schema');
    }
    for (const maxBytes of [0, -1, 0.5, Number.NaN]) {
      expect(() => schemaValidator('json', z.object({}), { maxBytes })).toThrow('maxBytes must be');
    }
  });
});
