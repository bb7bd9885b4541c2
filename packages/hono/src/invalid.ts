import type { SchemaIssue } from '@honker/core';
import type { Context } from 'hono';
import type { TypedResponse } from 'hono/types';

/**
 * One thing that is wrong with a request.
 *
 * @example
 * ```ts
 * const show = ({ path, message }: Issue) => console.log(`${path.join('.')}: ${message}`);
 * show({ path: ['items', 0], message: 'too small' }); // => items.0: too small
 * ```
 */
export interface Issue {
  message: string;
  /** Where, from the outside in. */
  path: (string | number)[];
}

/**
 * The answer to a request that isn't valid.
 *
 * @example
 * ```ts
 * import { hc, type InferResponseType } from 'hono/client';
 *
 * const routes = new Hono().post('/', schemaValidator('json', z.object({ a: z.string() })), (c) => c.text('ok'));
 * const client = hc<typeof routes>('https://example.com');
 * type Answer = InferResponseType<typeof client.index.$post, 422>; // { error: string; issues: Issue[] }
 * ```
 */
export type Invalid = TypedResponse<{ error: string; issues: Issue[] }, 422, 'json'>;

export function invalid(c: Context, error: string, issues: readonly SchemaIssue[]): Invalid {
  return c.json({ error, issues: issues.map(toIssue) }, 422);
}

/** Schemas differ in what a path is made of. */
function toIssue({ message, path = [] }: SchemaIssue): Issue {
  const keys = path.map((part) => (typeof part === 'object' ? part.key : part));
  return { message, path: keys.map((key) => (typeof key === 'symbol' ? String(key) : key)) };
}
