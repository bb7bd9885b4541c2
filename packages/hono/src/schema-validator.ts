import type { StandardSchema } from '@honker/core';
import { bodyLimit } from 'hono/body-limit';
import type { MiddlewareHandler, TypedResponse, ValidationTargets } from 'hono/types';
import { type InferInput, validator } from 'hono/validator';
import { type Invalid, invalid } from './invalid.js';

/**
 * The answer to a body that is too large.
 *
 * @example
 * ```ts
 * import { hc, type InferResponseType } from 'hono/client';
 *
 * const routes = new Hono().post('/', schemaValidator('json', z.object({ a: z.string() })), (c) => c.text('ok'));
 * const client = hc<typeof routes>('https://example.com');
 * type Answer = InferResponseType<typeof client.index.$post, 413>; // { error: string }
 * ```
 */
export type TooLarge = TypedResponse<{ error: string }, 413, 'json'>;

/**
 * The options of `schemaValidator()`.
 *
 * @example
 * ```ts
 * const options: SchemaValidatorOptions = { maxBytes: 10_000 };
 * app.post('/', schemaValidator('json', z.object({ item: z.string() }), options), (c) => c.text('ok'));
 * ```
 */
export interface SchemaValidatorOptions {
  /** The largest body in bytes, of `json` and `form`; a larger one is answered with 413. Default 1 MiB. */
  maxBytes?: number;
}

/**
 * What the client sends, and what `c.req.valid()` returns.
 *
 * @example
 * ```ts
 * import { hc, type InferRequestType } from 'hono/client';
 *
 * const page = z.object({ page: z.coerce.number() });
 * const routes = new Hono().get('/', schemaValidator('query', page), (c) => c.json(c.req.valid('query').page));
 * const client = hc<typeof routes>('https://example.com');
 * type Query = InferRequestType<typeof client.index.$get>['query']; // { page: string | string[] }
 * ```
 */
export interface Validated<Target extends keyof ValidationTargets, In, Out> {
  in: { [K in Target]: K extends 'json' ? In : InferInput<In, K> };
  out: { [K in Target]: Out };
}

const ONE_MIB = 1_048_576;

/**
 * Validates a part of the request: what isn't valid is answered with 422 and the issues, malformed JSON with 400,
 * a body that is too large with 413. `c.req.valid(target)` is what the schema made of it.
 *
 * @param target - `json`, `form`, `query`, `param`, `header` or `cookie`.
 *
 * @example
 * ```ts
 * app.post('/orders', schemaValidator('json', z.object({ item: z.string() })), (c) =>
 *   c.json({ item: c.req.valid('json').item }, 201),
 * );
 * ```
 */
export function schemaValidator<Target extends keyof ValidationTargets, In, Out>(
  target: Target,
  schema: StandardSchema<In, Out>,
  options: SchemaValidatorOptions = {},
  // biome-ignore lint/suspicious/noExplicitAny: in whatever environment, as Hono's own validators
): MiddlewareHandler<any, string, Validated<Target, In, Out>, Invalid | TooLarge> {
  requireSchema(schema);
  const maxSize = requireBytes(options.maxBytes ?? ONE_MIB);
  const validate = validator(target, async (value, c) => {
    const result = await schema['~standard'].validate(value);
    if (result.issues === undefined) return result.value;
    return invalid(c, `invalid ${target}`, result.issues);
  });
  const limit = bodyLimit({
    maxSize,
    onError: (c) => c.json({ error: `the body is larger than ${maxSize} bytes` }, 413),
  });
  const hasBody = target === 'json' || target === 'form';
  if (!hasBody) return validate as never;
  return (async (c, next) => {
    let answer: unknown;
    const tooLarge = await limit(c, async () => {
      answer = await validate(c, next);
    });
    return tooLarge ?? answer;
  }) as MiddlewareHandler as never;
}

function requireSchema(schema: { '~standard'?: { validate?: unknown } }): void {
  if (typeof schema?.['~standard']?.validate === 'function') return;
  throw new TypeError('schemaValidator() takes a Standard Schema: one of Zod, Valibot, ArkType …');
}

function requireBytes(maxBytes: number): number {
  if (Number.isSafeInteger(maxBytes) && maxBytes > 0) return maxBytes;
  throw new RangeError(`maxBytes must be a whole number of at least 1, not ${maxBytes}`);
}
