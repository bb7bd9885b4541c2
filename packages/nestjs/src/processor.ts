import type { WorkerEvents } from '@honker/core';
import { Injectable, type Scope } from '@nestjs/common';
import { requireKnownOptions, requireText } from './arguments.js';
import type { HonkerWorkOptions } from './database.js';
import { handlerDecorator, setProcessor } from './metadata.js';

/** How a class handles the jobs of a queue: as `queue.work()` takes it, and in which scope. */
export interface ProcessorOptions extends HonkerWorkOptions {
  /** The database that the queue is in. Default: that of the `forRoot()` without a name. */
  databaseName?: string;
  /** `Scope.REQUEST` makes an instance for each job, which can inject the job as `REQUEST`. */
  scope?: Scope;
}

const OPTIONS = ['databaseName', 'scope', 'concurrency', 'prefetch', 'backoff', 'timeoutS'];

/**
 * Makes a class handle the jobs of a queue: all of them by the `process()` of a `WorkerHost`, or those of one
 * name by a method with `@Process(name)`. The process that starts the worker is one whose role isn't 'producer'.
 *
 * @throws {TypeError} for a name that isn't a text, or an unknown option.
 *
 * @example
 * ```ts
 * @Processor('emails', { concurrency: 5 })
 * export class EmailProcessor extends WorkerHost<Email> {
 *   async process(job: Job<Email>, signal: AbortSignal) {
 *     await send(job.payload.to, { signal });
 *   }
 * }
 * ```
 */
export function Processor(queue: string, options: ProcessorOptions = {}): ClassDecorator {
  requireText(queue, '@Processor()', 'the name of its queue');
  requireKnownOptions(options, `@Processor('${queue}')`, OPTIONS);
  const { scope, ...work } = options;
  return (target) => {
    setProcessor(target, { queue, options: work });
    Injectable(scope === undefined ? {} : { scope })(target);
  };
}

/**
 * Makes a method of a `@Processor` handle the jobs of one name: those enqueued by `named(name, …)`, or
 * by `db.task(name, …)` of whatever process. What it returns is saved as the job's result for an hour.
 *
 * @throws {TypeError} for a name that isn't a text.
 *
 * @example
 * ```ts
 * @Processor('emails')
 * export class EmailProcessor {
 *   @Process('welcome')
 *   async welcome(job: NamedJob<Email>, signal: AbortSignal) {}
 * }
 * ```
 */
export function Process(name: string): MethodDecorator {
  requireText(
    name,
    '@Process()',
    'the name of the jobs (for all of them, write process() instead)',
  );
  return handlerDecorator(`@Process('${name}')`, { kind: 'process', name });
}

const EVENTS = [
  'completed',
  'failed',
  'dead',
  'lost',
  'error',
] satisfies (keyof WorkerEvents<unknown>)[];

/**
 * Calls a method of a `@Processor` when its worker, in this process, tells something: see `WorkerEvents` for
 * the events and their arguments. What it throws is logged.
 *
 * @throws {TypeError} for an event that there isn't.
 *
 * @example
 * ```ts
 * @OnWorkerEvent('dead')
 * onDead(job: { id: number }, error: unknown) {}
 * ```
 */
export function OnWorkerEvent(event: keyof WorkerEvents<unknown>): MethodDecorator {
  if (!(EVENTS as string[]).includes(event)) {
    throw new TypeError(
      `@OnWorkerEvent() knows no event ${String(event)}; it knows ${EVENTS.join(', ')}`,
    );
  }
  return handlerDecorator(`@OnWorkerEvent('${event}')`, { kind: 'workerEvent', event });
}
