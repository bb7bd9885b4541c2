import type { Query } from './queries/query.js';

/**
 * A call that takes several queries, one after the other: it yields each, and is given what it returned.
 * Whoever runs it waits for the answers, or has them at once.
 */
export type Steps<Result> = Generator<Query, Result, unknown>;

/** Yields one query, with the type of its answer. */
export function* answerTo<Result>(query: Query<Result>): Generator<Query, Result, unknown> {
  return (yield query) as Result;
}

/** Runs the steps with `run`, whose answers may be promises: then what this returns is one, too. */
export function runSteps<Step, Result>(
  steps: Generator<Step, Result, unknown>,
  run: (step: Step) => unknown,
): Result {
  let step = steps.next();
  while (!step.done) {
    const answer = run(step.value);
    if (isPromise(answer)) return runLater(steps, run, answer) as Result;
    step = steps.next(answer);
  }
  return step.value;
}

async function runLater<Step, Result>(
  steps: Generator<Step, Result, unknown>,
  run: (step: Step) => unknown,
  first: PromiseLike<unknown>,
): Promise<Result> {
  let step = steps.next(await first);
  while (!step.done) step = steps.next(await run(step.value));
  return step.value;
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined | null)?.then === 'function';
}
