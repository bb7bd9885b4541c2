import type { RetryError, StreamEvent } from '@honker/core';
import { describeError } from '@honker/core/adapter';
import type { Logger } from '@nestjs/common';
import type { HonkerBackground, HonkerStream } from './database.js';
import type { Invoke } from './invoker.js';
import { type Handler, placeOf } from './plan.js';
import { pause, type StopSignals, unlessAborted } from './stop-signals.js';
import { codeOf, refusal, stackOf } from './thrown.js';

/** How long the other processes wait for one that died. */
const LOCK_TTL_S = 15;
const LONGEST_PAUSE_S = 60;
/** More than a timer can. */
const LONGEST_DELAY_S = 2_000_000;

/**
 * Reads a stream for an `@OnStream` method, while this process holds the lock of its consumer: two that read at
 * a time would both handle every event.
 */
export async function consumeStream(
  handler: Handler<'stream'>,
  invoke: Invoke,
  stream: HonkerStream,
  background: HonkerBackground,
  signals: StopSignals,
  logger: Logger,
): Promise<void> {
  const { topic, options } = handler.metadata;
  const { consumer, databaseName: _, ...subscribeOptions } = options;
  const lock = `nest:stream:${topic}:${consumer}`;
  await background.withLock(lock, { ttlS: LOCK_TTL_S, signal: signals.stopping }, async (held) => {
    const attempts = new EventAttempts(handler, invoke, held, signals, logger);
    try {
      const events = stream.subscribe(consumer, { ...subscribeOptions, signal: held });
      for await (const event of events) {
        // Leaving the loop says that the event was not handled.
        if (!(await attempts.handle(event))) break;
      }
    } finally {
      attempts.end();
    }
  });
}

/** The attempts of a consumer at its events. */
class EventAttempts {
  readonly #handler: Handler<'stream'>;
  readonly #invoke: Invoke;
  /** Fires when the lock was lost, and when nothing new is to be begun. */
  readonly #held: AbortSignal;
  readonly #signals: StopSignals;
  readonly #logger: Logger;
  /** Fires when the running handler is to end: the lock was lost, or its time is up. */
  readonly #ending = new AbortController();
  readonly #onLost = () => {
    if (!this.#signals.stopping.aborted) this.#ending.abort(this.#held.reason);
  };
  readonly #onGiveUp = () => this.#ending.abort(this.#signals.givingUp.reason);

  constructor(
    handler: Handler<'stream'>,
    invoke: Invoke,
    held: AbortSignal,
    signals: StopSignals,
    logger: Logger,
  ) {
    this.#handler = handler;
    this.#invoke = invoke;
    this.#held = held;
    this.#signals = signals;
    this.#logger = logger;
    held.addEventListener('abort', this.#onLost);
    signals.givingUp.addEventListener('abort', this.#onGiveUp);
  }

  end(): void {
    this.#held.removeEventListener('abort', this.#onLost);
    this.#signals.givingUp.removeEventListener('abort', this.#onGiveUp);
  }

  /** Until it succeeds, or is given up; false if the event has to come again. */
  async handle(event: StreamEvent<unknown>): Promise<boolean> {
    const { signal } = this.#ending;
    for (let tries = 1; !this.#held.aborted; tries++) {
      try {
        await unlessAborted(this.#invoke(event, signal), signal);
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        const failure = refusal(error) ?? error;
        if (codeOf(failure) === 'HONKER_FAIL') {
          this.#log('error', `passed over event ${event.offset}`, failure);
          return true;
        }
        const delayS = delayAfter(failure, tries);
        this.#log('warn', `event ${event.offset} failed, again in ${delayS} s`, failure);
        await pause(Math.min(delayS, LONGEST_DELAY_S) * 1000, this.#held);
      }
    }
    return false;
  }

  #log(level: 'warn' | 'error', what: string, error: unknown): void {
    const text = `${placeOf(this.#handler)}, of the stream '${this.#handler.metadata.topic}': ${what}: ${describeError(error)}`;
    if (level === 'warn') this.#logger.warn(text);
    else this.#logger.error(text, stackOf(error));
  }
}

function delayAfter(error: unknown, tries: number): number {
  if (codeOf(error) === 'HONKER_RETRY') return (error as RetryError).delayS;
  return Math.min(2 ** (tries - 1), LONGEST_PAUSE_S);
}
