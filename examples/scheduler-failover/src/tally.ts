/**
 * Holds the jobs of a schedule against its boundaries, a second apart. A job does not say for which boundary
 * it is; but they come in order, and none before its boundary: the n-th job is the n-th boundary's, and if
 * one fires twice, all that follow are early.
 */
export class Tally {
  /** The boundary that the next job is for. */
  next: number;
  fired = 0;
  early = 0;

  /** @param first - the first boundary, in Unix seconds. */
  constructor(first: number) {
    this.next = first;
  }

  /** @returns the boundary that became this job. */
  add(enqueuedAt: number): number {
    this.fired++;
    if (enqueuedAt < this.next) this.early++;
    return this.next++;
  }
}
