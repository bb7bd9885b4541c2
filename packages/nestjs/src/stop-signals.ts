import { setTimeout } from 'node:timers/promises';
import { ClosedError } from '@honker/core';

/** The two steps of a shutdown: nothing new is begun, and later what still runs is given up. */
export class StopSignals {
  readonly #stopping = new AbortController();
  readonly #givingUp = new AbortController();

  /** Nothing new is to be begun. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** What runs is to end: nobody waits for it any longer. */
  get givingUp(): AbortSignal {
    return this.#givingUp.signal;
  }

  stop(): void {
    this.#stopping.abort();
  }

  giveUp(): void {
    this.#givingUp.abort(new ClosedError('the application'));
  }
}

/** What `promise` comes to, or the reason of a signal that fires meanwhile; `promise` is then nobody's. */
export async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Waits, but not longer than until the signal fires. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => {});
}
