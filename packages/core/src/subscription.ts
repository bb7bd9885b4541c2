import { requireInteger } from './arguments.js';
import { LONGEST_DELAY_MS } from './due-timer.js';
import { News } from './news.js';
import { OneByOne } from './one-by-one.js';
import { queries } from './queries/queries.js';
import type { Query } from './queries/query.js';
import type { Session } from './session.js';
import type { StreamEvent } from './stream-event.js';

/**
 * The options of `stream.subscribe()`.
 *
 * @example
 * ```ts
 * const signal = AbortSignal.timeout(50);
 * for await (const { payload } of orders.subscribe('mailer', { saveEveryN: 10, signal })) {
 *   console.log(payload.id);
 * }
 * ```
 */
export interface SubscribeOptions {
  /** Begins behind this offset. Default: where the consumer last was. What is saved never goes back. */
  after?: number;
  /** Save how far the consumer has come after this many events. Default 1,000. */
  saveEveryN?: number;
  /** And at the latest after this many whole seconds. Default 1. */
  saveEveryS?: number;
  /** Ends the iteration; it never throws for it. */
  signal?: AbortSignal;
}

/** Read at once: enough to make the query's own cost small, little enough to hold in memory. */
const BATCH = 500;

/** How far a consumer has come in the events of a subscription, and the saving of it. */
class Progress {
  readonly #db: Session;
  readonly #topic: string;
  readonly #consumer: string;
  readonly #everyN: number;
  readonly #everyMs: number;
  readonly #onDatabaseClose = () => {
    return this.#isUnsaved ? this.#db.background.tryLast([this.#query()]) : undefined;
  };
  #handled = 0;
  #saved = 0;
  /** Events since the last save began. */
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(db: Session, topic: string, consumer: string, options: SubscribeOptions) {
    this.#db = db;
    this.#topic = topic;
    this.#consumer = consumer;
    this.#everyN = requireInteger(options.saveEveryN ?? 1000, 'saveEveryN', 1);
    const everyS = requireInteger(options.saveEveryS ?? 1, 'saveEveryS', 0);
    this.#everyMs = Math.min(everyS * 1000, LONGEST_DELAY_MS);
  }

  open(): void {
    this.#db.beforeClose.add(this.#onDatabaseClose);
  }

  /** Answers with a promise only where it saves: to await nothing costs a fifth of an event of a replay. */
  handled(offset: number): Promise<void> | undefined {
    this.#handled = offset;
    this.#count++;
    if (this.#count >= this.#everyN || this.#everyMs === 0) return this.#save();
    // The application may take long for the next event: what is before it is saved meanwhile.
    this.#timer ??= setTimeout(() => this.#saveLater(), this.#everyMs);
    return undefined;
  }

  async close(): Promise<void> {
    this.#db.beforeClose.delete(this.#onDatabaseClose);
    this.#clearTimer();
    if (this.#isUnsaved && this.#db.isOpen) await this.#save();
  }

  get #isUnsaved(): boolean {
    return this.#handled > this.#saved;
  }

  async #save(): Promise<void> {
    this.#clearTimer();
    this.#count = 0;
    const offset = this.#handled;
    await this.#db.background.run([this.#query()]);
    this.#saved = Math.max(this.#saved, offset);
  }

  /** What fails now is tried again at the next save, which tells. */
  async #saveLater(): Promise<void> {
    await this.#save().catch(() => {});
  }

  #query(): Query {
    return queries.saveOffset(this.#consumer, this.#topic, this.#handled);
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** What is behind `stream.subscribe()`. */
export function subscribe<Payload>(
  db: Session,
  topic: string,
  consumer: string,
  check: (event: StreamEvent<unknown>) => StreamEvent<Payload>,
  options: SubscribeOptions,
): AsyncGenerator<StreamEvent<Payload>, void, undefined> {
  if (options.after !== undefined) requireInteger(options.after, 'after', 0);
  const progress = new Progress(db, topic, consumer, options);
  return new OneByOne(
    readBatches(db, topic, consumer, progress, options),
    { give: check, taken: ({ offset }) => progress.handled(offset) },
    options.signal,
  );
}

async function savedOffset(db: Session, topic: string, consumer: string): Promise<number> {
  const [offset] = await db.background.run<[number]>([queries.getOffset(consumer, topic)]);
  return offset;
}

async function* readBatches(
  db: Session,
  topic: string,
  consumer: string,
  progress: Progress,
  { after, signal }: SubscribeOptions,
): AsyncGenerator<StreamEvent<unknown>[], void, undefined> {
  const news = new News(db, signal);
  progress.open();
  try {
    let offset = after ?? (await savedOffset(db, topic, consumer));
    while (news.look()) {
      const query = queries.readEvents(topic, offset, BATCH);
      const read = await db.background.runUnlessAborted<[StreamEvent<unknown>[]]>([query], signal);
      if (read === undefined) return;
      const [events] = read;
      offset = events.at(-1)?.offset ?? offset;
      if (events.length > 0) yield events;
      else await news.wait();
    }
  } finally {
    news.close();
    await progress.close();
  }
}
