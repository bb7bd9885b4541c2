import type { Database } from './database.js';
import { parsePayload } from './job.js';
import { News } from './news.js';
import { type NotificationRow, queries } from './queries.js';

/** What was said on a channel. */
export interface Notification<Payload> {
  id: number;
  channel: string;
  /** The text itself where somebody wrote a row that isn't JSON. */
  payload: Payload;
  /** Unix seconds. */
  createdAt: number;
}

export interface ListenOptions {
  /** Ends the iteration; it never throws for it. */
  signal?: AbortSignal;
}

/** Read at once. */
const BATCH = 1000;
/** What is kept in memory for a listener that is slower than its channel; it reads the rest itself. */
const LARGEST_BACKLOG = 1000;

/** One iteration of `db.listen()`. */
class Listener {
  readonly channel: string;
  readonly #queue: NotificationRow[] = [];
  /** Every notification up to this one was delivered, or is in the queue. */
  position: number;
  /** What the hub reads is not taken: this listener has to come up to it first, by reading itself. */
  isBehind = false;
  failure: unknown;
  #wake: () => void = () => {};

  constructor(channel: string, position: number) {
    this.channel = channel;
    this.position = position;
  }

  next(): NotificationRow | undefined {
    return this.#queue.shift();
  }

  /** Takes what follows its position; `last` is the end of what was read. */
  take(rows: readonly NotificationRow[], last: number): void {
    for (const row of rows) {
      if (row.id > this.position && row.channel === this.channel) this.#queue.push(row);
    }
    this.position = Math.max(this.position, last);
    this.isBehind = this.#queue.length > LARGEST_BACKLOG;
    if (this.#queue.length > 0) this.#wake();
  }

  wake = (): void => this.#wake();

  /** Until there is something to do. */
  async sleep(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = () => {};
  }
}

/** The listeners of one database in this process: one query per wake serves them all. */
export class ChannelHub {
  readonly #db: Database;
  readonly #listeners = new Set<Listener>();
  /** What was read for all listeners. */
  #position = 0;
  #news: News | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** What is said after notification `position`. */
  async *listen<Payload>(
    channel: string,
    position: number | PromiseLike<number>,
    { signal }: ListenOptions,
  ): AsyncGenerator<Notification<Payload>, void, undefined> {
    const listener = new Listener(channel, await position);
    this.#add(listener);
    signal?.addEventListener('abort', listener.wake);
    try {
      while (!signal?.aborted) {
        const row = listener.next();
        if (row !== undefined) yield toNotification<Payload>(row);
        else if (listener.failure !== undefined) throw listener.failure;
        else if (listener.isBehind) await this.#readFor(listener);
        else await listener.sleep();
      }
    } finally {
      signal?.removeEventListener('abort', listener.wake);
      this.#remove(listener);
    }
  }

  #add(listener: Listener): void {
    if (this.#news === undefined) {
      this.#news = new News(this.#db);
      this.#position = listener.position;
      void this.#readForAll(this.#news);
    }
    listener.isBehind = listener.position < this.#position;
    this.#listeners.add(listener);
  }

  #remove(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) this.#stop();
  }

  #stop(): void {
    this.#news?.close();
    this.#news?.ring();
    this.#news = undefined;
  }

  async #readForAll(news: News): Promise<void> {
    try {
      while (this.#news === news && news.look()) {
        const rows = await this.#read(this.#position);
        if (this.#news === news && rows.length > 0) this.#offer(rows);
        else if (this.#news === news) await news.wait();
      }
    } catch (failure) {
      if (this.#news === news) this.#fail(failure);
    }
  }

  #offer(rows: readonly NotificationRow[]): void {
    this.#position = rows.at(-1)?.id ?? this.#position;
    for (const listener of this.#listeners) {
      if (!listener.isBehind) listener.take(rows, this.#position);
    }
  }

  /** What is listened to from now on is a new start. */
  #fail(failure: unknown): void {
    this.#stop();
    for (const listener of this.#listeners) {
      listener.failure = failure;
      listener.wake();
    }
    this.#listeners.clear();
  }

  async #readFor(listener: Listener): Promise<void> {
    const readForAll = this.#position;
    const rows = await this.#read(listener.position);
    listener.take(rows, rows.at(-1)?.id ?? readForAll);
    // What was read for all meanwhile was not offered to it.
    listener.isBehind ||= listener.position < this.#position;
  }

  async #read(after: number): Promise<NotificationRow[]> {
    const query = queries.notificationsSince(after, BATCH);
    const [rows] = await this.#db.background.run<[NotificationRow[]]>([query]);
    return rows;
  }
}

function toNotification<Payload>(row: NotificationRow): Notification<Payload> {
  const parsed = parsePayload(row);
  return {
    id: row.id,
    channel: row.channel,
    payload: ('malformed' in parsed ? row.payload : parsed.payload) as Payload,
    createdAt: row.created_at,
  };
}
