import type { Execution } from './execution.js';
import { queries } from './queries/queries.js';
import { type Step, step } from './turn-step.js';

/**
 * The jobs that a transaction of the application has finished, by `job.ackTx()`. Whether it has committed only
 * the database knows: then the job is gone, and is not to be taken for one that was lost. (One whose transaction
 * was rolled back, and that somebody else has done since, is gone as well: it is done all the same.)
 */
export class DoneInside {
  readonly #ids = new Set<number>();

  /** Finds out; to run before the steps that ask. */
  steps(executions: readonly Execution<unknown>[]): Step[] {
    const inDoubt = executions.filter(({ job }) => job.isAckedInside);
    return inDoubt.map(({ job }) =>
      step(queries.getJob(job.id), (row) => {
        if (row === null) this.#ids.add(job.id);
      }),
    );
  }

  has(job: { readonly id: number }): boolean {
    return this.#ids.has(job.id);
  }

  without(ids: readonly number[]): number[] {
    return ids.filter((id) => !this.#ids.has(id));
  }
}
