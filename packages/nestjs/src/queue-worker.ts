import { FailError, type HandlerContext } from '@honker/core';
import { describeError } from '@honker/core/adapter';
import type { Logger } from '@nestjs/common';
import {
  type HonkerBackground,
  type HonkerJob,
  type HonkerQueue,
  type HonkerWorker,
  saveResult,
} from './database.js';
import { type Host, isStatic } from './explorer.js';
import type { Invoke, Invoker } from './invoker.js';
import { readCall, toNamedJob } from './named-job.js';
import type { QueuePlan } from './plan.js';
import { refusal, stackOf } from './thrown.js';
import { WORKER } from './worker-host.js';

/** As long as core keeps the result of a task. */
const RESULT_TTL_S = 3600;

/** Starts the worker of a queue, which calls the methods of the classes that are processors of it. */
export function startQueueWorker(
  plan: QueuePlan,
  queue: HonkerQueue,
  background: HonkerBackground,
  invoker: Invoker,
  logger: Logger,
): HonkerWorker {
  let worker: HonkerWorker | undefined;
  const onInstance = (instance: object) =>
    Object.defineProperty(instance, WORKER, { get: () => worker, configurable: true });
  const invokes = new Map<string, Invoke>();
  for (const [name, { host, metadata }] of plan.named) {
    invokes.set(name, invoker.create(host, metadata.method, onInstance));
  }
  const fallback = plan.fallback && invoker.create(plan.fallback, 'process', onInstance);

  const handle = async (job: HonkerJob, context: HandlerContext): Promise<void> => {
    const call = readCall(job.payload);
    const invoke = call && invokes.get(call.task);
    if (call && invoke) {
      const result = await invoke(toNamedJob(job, call), context.signal);
      if (!context.signal.aborted)
        await saveResult(background, job.id, result ?? null, RESULT_TTL_S);
    } else if (fallback) await fallback(job, context.signal);
    else throw new FailError(noMethodMessage(plan, call?.task));
  };
  worker = queue.work((job, context) => refusalsFail(handle(job, context)), plan.options);
  for (const { host, metadata } of plan.events) {
    listen(worker, host, metadata.event, metadata.method, logger);
  }
  logOutcomes(worker, plan.queue, logger);
  return worker;
}

function noMethodMessage({ queue, hosts }: QueuePlan, name: string | undefined): string {
  const classes = hosts.map(({ type }) => type.name).join(', ');
  return name === undefined
    ? `the job has no name, and ${classes}, of the queue '${queue}', has no process() for those`
    : `no @Process('${name}') of the queue '${queue}' in this process: ${classes}`;
}

/** A payload that a pipe refuses is refused each time. */
async function refusalsFail(handled: Promise<void>): Promise<void> {
  try {
    await handled;
  } catch (error) {
    throw refusal(error) ?? error;
  }
}

function listen(
  worker: HonkerWorker,
  { wrapper, type }: Host,
  event: string,
  method: string,
  logger: Logger,
): void {
  const { instance } = wrapper;
  worker.on(event, async (...values: unknown[]) => {
    try {
      await instance[method](...values.map(toNamed));
    } catch (error) {
      logger.error(`${type.name}.${method}, for '${event}', failed`, stackOf(error));
    }
  });
}

function toNamed(value: unknown): unknown {
  const { payload, workerId } = Object(value) as Partial<HonkerJob>;
  const call = workerId === undefined ? undefined : readCall(payload);
  return call ? toNamedJob(value as HonkerJob, call) : value;
}

/** Tells Nest's logger what a worker tells. */
export function logOutcomes(worker: HonkerWorker, queue: string, logger: Logger): void {
  worker.on('failed', ({ id, attempts }: HonkerJob, error: unknown, delayS: number) =>
    logger.warn(
      `${queue}: job ${id} failed at attempt ${attempts}, again in ${delayS} s: ${describeError(error)}`,
    ),
  );
  worker.on('dead', ({ id, attempts }: { id: number; attempts: number }, error: unknown) =>
    logger.error(
      `${queue}: job ${id} is dead after attempt ${attempts}: ${describeError(error)}`,
      stackOf(error),
    ),
  );
  worker.on('lost', ({ id }: HonkerJob) =>
    logger.warn(`${queue}: the lease of job ${id} was lost; another worker may run it now`),
  );
  worker.on('error', (error: Error) =>
    logger.error(`${queue}: ${describeError(error)}`, stackOf(error)),
  );
}

/** Events belong to no job's scope. */
export function eventProblems(plan: QueuePlan): string[] {
  return plan.events
    .filter(({ host }) => !isStatic(host.wrapper))
    .map(
      ({ host, metadata }) =>
        `${host.type.name}.${metadata.method}: ${metadata.decorator} has no instance to be called on, since the class ` +
        'is made for each job: put it into a @Processor of the default scope',
    );
}
