import type { Execution } from './execution.js';
import type { ClaimedRow } from './queries/jobs.js';

/** What has become of jobs, until the next turn of the worker tells the database. */
export class Outcomes<Payload> {
  /** Handled: to be acked. */
  succeeded: Execution<Payload>[] = [];
  /** To be retried, or buried. */
  failed: { execution: Execution<Payload>; error: unknown }[] = [];
  /** To be given back, their attempt not counted. */
  released: Execution<Payload>[] = [];
  /** Rows that are no jobs, with what is wrong with them: to be buried. */
  malformed: { row: ClaimedRow; error: Error }[] = [];

  get isEmpty(): boolean {
    return (
      this.succeeded.length + this.failed.length + this.released.length + this.malformed.length ===
      0
    );
  }

  /** Moves at most `limit` of each kind out into a batch. */
  take(limit: number): Outcomes<Payload> {
    const batch = new Outcomes<Payload>();
    if (this.isEmpty) return batch;
    batch.succeeded = this.succeeded.splice(0, limit);
    batch.failed = this.failed.splice(0, limit);
    batch.released = this.released.splice(0, limit);
    batch.malformed = this.malformed.splice(0, limit);
    return batch;
  }

  /** After a turn that failed: nothing of the batch was written. */
  putBack(batch: Outcomes<Payload>): void {
    this.succeeded.unshift(...batch.succeeded);
    this.failed.unshift(...batch.failed);
    this.released.unshift(...batch.released);
    this.malformed.unshift(...batch.malformed);
  }
}
