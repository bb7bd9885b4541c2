import { ClosedError } from './errors.js';
import type { StopOptions } from './work-options.js';

/** Called when a worker has ended, whatever the reason. */
export type OnEnd = (error: Error | undefined) => void;

/** The part of a worker that is needed to end it, whatever its payload. */
interface Stoppable {
  stop(options?: StopOptions): Promise<void>;
}

/**
 * Starts workers, and drains them when `signal` fires.
 *
 * @throws {ClosedError | DatabaseReplacedError} when they end for another reason.
 */
export async function runWorkers(
  starts: readonly ((onEnd: OnEnd) => Stoppable)[],
  signal: AbortSignal | undefined,
): Promise<void> {
  if (signal?.aborted) return;
  let workers: Stoppable[] = [];
  let onAbort = () => {};
  const failure = await new Promise<Error | undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal?.addEventListener('abort', onAbort);
    const onEnd: OnEnd = (error) => resolve(error ?? new ClosedError('the database'));
    workers = starts.map((start) => start(onEnd));
  }).finally(() => signal?.removeEventListener('abort', onAbort));
  await Promise.all(workers.map((worker) => worker.stop()));
  if (failure !== undefined) throw failure;
}
