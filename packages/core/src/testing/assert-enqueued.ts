import { AssertionError } from 'node:assert';
import { inspect, isDeepStrictEqual } from 'node:util';
import type { AsyncQueue } from '../async-queue.js';
import type { JobRecord } from '../job-record.js';
import type { Queue } from '../queue.js';
import { runSteps } from '../steps.js';

/**
 * What else a job has to be.
 *
 * @example
 * ```ts
 * import { assertEnqueued, type ExpectedJob } from '@honker/core/testing';
 *
 * const urgent: ExpectedJob = { state: 'pending', priority: 10 };
 * emails.enqueue({ to: 'alice@example.com' }, { priority: 10 });
 * assertEnqueued(emails, { to: 'alice@example.com' }, urgent);
 * ```
 */
export interface ExpectedJob {
  state?: JobRecord<unknown>['state'];
  priority?: number;
  /** Unix seconds. */
  runAt?: number;
  maxAttempts?: number;
}

/** How many jobs a failed assertion shows. */
const SHOWN = 20;

/**
 * Asserts that a job waits in a queue, or is claimed, whose payload contains `payload`: an object may have more
 * properties than that, anything else has to be equal.
 *
 * @returns the first such job.
 * @throws {AssertionError} that shows what is in the queue instead.
 *
 * @example
 * ```ts
 * import { assertEnqueued, temporaryDatabase } from '@honker/core/testing';
 *
 * const db = temporaryDatabase();
 * const emails = db.queue<{ to: string; subject: string }>('emails');
 * emails.enqueue({ to: 'alice@example.com', subject: 'Welcome' }, { priority: 5 });
 * assertEnqueued(emails, { to: 'alice@example.com' }, { priority: 5 });
 * db.close();
 * ```
 */
export function assertEnqueued<Payload, Input>(
  queue: Queue<Payload, Input>,
  payload: Contained<Input>,
  expected?: ExpectedJob,
): JobRecord<Input>;
export function assertEnqueued<Payload, Input>(
  queue: AsyncQueue<Payload, Input>,
  payload: Contained<Input>,
  expected?: ExpectedJob,
): Promise<JobRecord<Input>>;
export function assertEnqueued(
  queue: object,
  payload: unknown,
  expected: ExpectedJob = {},
): unknown {
  return runSteps(find(queue as Queue, payload, expected), (answer) => answer);
}

/**
 * A part of an object, all of anything else.
 *
 * @example
 * ```ts
 * import { assertEnqueued, type Contained } from '@honker/core/testing';
 *
 * const toAlice: Contained<Email> = { to: 'alice@example.com' };
 * assertEnqueued(emails, toAlice);
 * ```
 */
export type Contained<Payload> = Payload extends object
  ? { [Key in keyof Payload]?: Contained<Payload[Key]> }
  : Payload;

function* find(
  queue: Queue,
  payload: unknown,
  expected: ExpectedJob,
): Generator<unknown, JobRecord<unknown>, unknown> {
  const others: JobRecord<unknown>[] = [];
  for (const state of ['pending', 'processing'] as const) {
    let page: JobRecord<unknown>[] = [];
    do {
      page = (yield queue.jobs({ state, after: page.at(-1) })) as JobRecord<unknown>[];
      const found = page.find((job) => contains(job.payload, payload) && contains(job, expected));
      if (found !== undefined) return found;
      others.push(...page);
    } while (page.length > 0);
  }
  const wanted = inspect({ payload, ...expected }, { depth: 5 });
  const shown = others
    .slice(0, SHOWN)
    .map((job) => `\n  ${inspect(job, { depth: 5, breakLength: Infinity })}`);
  const more = others.length > SHOWN ? `\n  and ${others.length - SHOWN} more` : '';
  throw new AssertionError({
    message: `no job of queue ${JSON.stringify(queue.name)} is like ${wanted}; there ${
      others.length === 0 ? 'is none' : `are:${shown.join('')}${more}`
    }`,
    actual: others.map((job) => job.payload),
    expected: payload,
    operator: 'assertEnqueued',
  });
}

function contains(actual: unknown, part: unknown): boolean {
  if (!isObject(actual) || !isObject(part)) return isDeepStrictEqual(actual, part);
  return Object.entries(part).every(([key, value]) => contains(actual[key], value));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
