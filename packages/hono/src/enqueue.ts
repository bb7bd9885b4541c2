import type { EnqueueOptions, SchemaError } from '@honker/core';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Input, MiddlewareHandler, Next, TypedResponse, ValidationTargets } from 'hono/types';
import { type EnqueuedJob, tell } from './enqueued-jobs.js';
import { invalid } from './invalid.js';

/** What `enqueue()` needs of a queue, synchronous or not. */
export interface EnqueueTarget<Payload> {
  readonly name: string;
  enqueue(payload: Payload, options?: EnqueueOptions): number | Promise<number>;
}

/**
 * A job's options, and what concerns the answer.
 *
 * @example
 * ```ts
 * const options: EnqueueRouteOptions = { delay: 60, priority: 10, location: '/emails/:id' };
 * app.post('/emails', enqueue(emails, (c) => c.req.json(), options));
 * ```
 */
export interface EnqueueRouteOptions extends EnqueueOptions {
  /** `Location` of the answer, where `enqueue()` is the handler; `:id` in it stands for the job's id. */
  location?: string;
}

/**
 * What `enqueue()` answers where it is the handler.
 *
 * @example
 * ```ts
 * import { hc, type InferResponseType } from 'hono/client';
 *
 * const routes = new Hono().post('/emails', enqueue(emails, { to: 'alice@example.com' }));
 * const client = hc<typeof routes>('https://example.com');
 * type Answer = InferResponseType<typeof client.emails.$post, 202>; // { id: number; queue: string }
 * ```
 */
export type Accepted = TypedResponse<EnqueuedJob, 202, 'json'>;

// `hc` counts all that middleware may answer, but `void`: so it forgets the 202 where a handler follows, and answers.
// biome-ignore lint/suspicious/noConfusingVoidType: see above
type AcceptedIfLast = Accepted & void;

/** What makes a payload of the request. */
type MakePayload<Payload, C> = (c: C) => Payload | Promise<Payload>;

// Hono's own types leave the environment and the path of middleware open in the same way.
// biome-ignore lint/suspicious/noExplicitAny: see above
type AnyContext<I extends Input> = Context<any, any, I>;
// biome-ignore lint/suspicious/noExplicitAny: see above
type AnyResponse = Response | TypedResponse<any, any, any>;
// biome-ignore lint/suspicious/noExplicitAny: see above
type Validator<I extends Input, R extends AnyResponse> = MiddlewareHandler<any, any, I, R>;

/** What stands before `enqueue()` on the route has typed the request where TypeScript can't see it. */
// biome-ignore lint/suspicious/noExplicitAny: anything may have been validated
type Unseen = { out: Record<keyof ValidationTargets, any> };

/**
 * Enqueues a job for a request. With a handler behind it on the route, once that has answered without an error
 * (a status below 400); without one it is the handler, and answers 202 with `{ id, queue }`. Registered by `use()`
 * or `all()` it is never the handler.
 *
 * The id is in the header `Honker-Job-Id` and in `c.var.honkerJobs`. What the handler wrote and the job are two
 * commits: to have both or none, enqueue inside the transaction (`queue.enqueueTx()`, or `transaction()`).
 *
 * @param validator - runs first: `schemaValidator()`, or one of Hono's own. It types the request that the payload is
 *   made of; a validator that stands before `enqueue()` on the route can't.
 * @param payload - the payload, or a function that makes it of the request, after the handler has run. A
 *   SyntaxError of the function is malformed JSON: it is answered with 400. Where `enqueue()` is the handler, what
 *   the function makes and the queue's own schema refuses is answered with 422 and the issues.
 *
 * @example
 * ```ts
 * app.post('/emails', enqueue(emails, (c) => c.req.json(), { location: '/emails/:id' }));
 * app.post('/signup', enqueue(emails, { to: 'alice@example.com' }, { delay: 60 }), (c) => c.text('welcome'));
 * app.post(
 *   '/orders',
 *   enqueue(emails, schemaValidator('json', z.object({ email: z.email() })), (c) => ({
 *     to: c.req.valid('json').email,
 *   })),
 * );
 * ```
 */
export function enqueue<Payload, I extends Input, Refused extends AnyResponse>(
  queue: EnqueueTarget<Payload>,
  validator: Validator<I, Refused>,
  payload: MakePayload<NoInfer<Payload>, AnyContext<NoInfer<I>>>,
  options?: EnqueueRouteOptions,
): Validator<I, Refused | AcceptedIfLast>;
export function enqueue<Payload>(
  queue: EnqueueTarget<Payload>,
  payload: NoInfer<Payload> | MakePayload<NoInfer<Payload>, AnyContext<Unseen>>,
  options?: EnqueueRouteOptions,
  // biome-ignore lint/suspicious/noExplicitAny: a context's type here would hide the input that is typed before
): (c: any, next: Next) => Promise<Accepted>;
export function enqueue(
  queue: EnqueueTarget<never>,
  ...args: unknown[]
  // biome-ignore lint/suspicious/noExplicitAny: what the two signatures have in common
): any {
  requireQueue(queue);
  if (typeof args[1] !== 'function') {
    return enqueueThen(queue, args[0], args[1] as EnqueueRouteOptions | undefined);
  }
  const [validator, payload, options] = args as [MiddlewareHandler, unknown, EnqueueRouteOptions?];
  const run = enqueueThen(queue, payload, options);
  return async (c: Context, next: Next) => {
    let answer: AnyResponse | undefined;
    const refused = await validator(c, async () => {
      answer = await run(c, next);
    });
    return refused ?? answer;
  };
}

function enqueueThen(
  queue: EnqueueTarget<never>,
  payload: unknown,
  { location, ...job }: EnqueueRouteOptions = {},
): (c: Context, next: Next) => Promise<AnyResponse | undefined> {
  const add = async (c: Context): Promise<EnqueuedJob> => {
    const id = await queue.enqueue((await makePayload(payload, c)) as never, job);
    const added = { id, queue: queue.name };
    tell(c, added);
    return added;
  };
  return async (c, next) => {
    if (isHandler(c)) {
      let added: EnqueuedJob;
      try {
        added = await add(c);
      } catch (error) {
        if (typeof payload !== 'function' || !isSchemaError(error)) throw error;
        return invalid(c, 'invalid payload', error.issues);
      }
      if (location !== undefined) c.header('Location', location.replace(':id', String(added.id)));
      return c.json(added, 202);
    }
    await next();
    if (c.error === undefined && c.res.status < 400) await add(c);
    return undefined;
  };
}

/** Whether no handler follows: none that was registered for the same method and path, as handlers of a route are. */
function isHandler(c: Context): boolean {
  // What `hono/route` calls by another name, since 4.8 only.
  const { matchedRoutes, routeIndex } = c.req;
  const own = matchedRoutes[routeIndex];
  const next = matchedRoutes[routeIndex + 1];
  // use() and all() match what no handler is there for, too: that must become a 404, and no job.
  if (own === undefined || own.method === 'ALL') return false;
  return next === undefined || next.method !== own.method || next.path !== own.path;
}

async function makePayload(payload: unknown, c: Context): Promise<unknown> {
  if (typeof payload !== 'function') return payload;
  try {
    return await payload(c);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new HTTPException(400, { message: 'Malformed JSON in request body', cause });
  }
}

/** By its code: core may be loaded twice, as ESM and as CommonJS. */
function isSchemaError(error: unknown): error is SchemaError {
  return (error as Partial<SchemaError> | undefined)?.code === 'HONKER_SCHEMA';
}

function requireQueue(queue: EnqueueTarget<never>): void {
  if (typeof queue?.enqueue === 'function' && typeof queue.name === 'string') return;
  throw new TypeError('enqueue() takes a queue as its first argument: db.queue(name)');
}
