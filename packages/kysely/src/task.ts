import type { AsyncTask, TaskHandle } from '@honker/core';
import type { ExclusiveConnection } from './connection.js';
import type { KyselyHandle } from './kysely.js';

/**
 * A function that runs as a job: core's `Task`, whose `enqueue()` takes Kysely's transaction, or `db`, first.
 *
 * @example
 * ```ts
 * const add = honker.task('add', (a: number, b: number) => a + b);
 * const running = honker.runTasks({ signal: AbortSignal.timeout(500) });
 * const run = await add.enqueue(db, 2, 3);
 * console.log(await run.get({ timeoutMs: 5000 }));
 * await running;
 * ```
 */
export interface KyselyTask<Args extends readonly unknown[] = readonly unknown[], Result = unknown>
  extends Pick<AsyncTask<Args, Result>, 'name'> {
  /** Enqueues a run: in a transaction, it exists when, and only when, that commits. */
  enqueue(handle: KyselyHandle, ...args: Args): Promise<TaskHandle<Result>>;
}

export function kyselyTask<Args extends readonly unknown[], Result>(
  task: AsyncTask<Args, Result>,
  connection: ExclusiveConnection,
): KyselyTask<Args, Result> {
  return {
    name: task.name,
    async enqueue(handle, ...args) {
      return await task.enqueueTx(connection.handed(handle), ...args);
    },
  };
}
