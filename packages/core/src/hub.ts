import { News } from './news.js';
import type { Query } from './queries/query.js';
import type { Session } from './session.js';
import { Slice } from './slice.js';

/** What a hub reads: rows whose positions grow. */
interface HubSource<Row> {
  /** Up to `limit` rows behind a position, in order. */
  readonly read: (after: number, limit: number) => Query<Row[]>;
  readonly positionOf: (row: Row) => number;
}

/** Read at once for all. */
const BATCH = 500;
/** Read at once by a follower that comes up to the others: nobody shares these rows with it. */
const OWN_BATCH = 50;
/** A follower that still has so many to take is left alone until it asks: it reads the rest itself. */
const LARGEST_BACKLOG = 100;

/** One iteration. */
class Follower<Row> {
  readonly #accepts: (row: Row) => boolean;
  readonly #rows: Row[] = [];
  /** Everything up to this one was delivered, or is in the backlog. */
  position: number;
  /** What the hub reads is not taken: this one has to come up to it first, by reading itself. */
  isBehind = false;
  failure: unknown;
  #wake: () => void = () => {};

  constructor(position: number, accepts: (row: Row) => boolean) {
    this.position = position;
    this.#accepts = accepts;
  }

  /** What is read for all is of no use to it now. */
  get isSated(): boolean {
    return this.isBehind || this.#rows.length > LARGEST_BACKLOG;
  }

  next(): Row | undefined {
    return this.#rows.shift();
  }

  /** Takes what follows its position; `last` is the end of what was read. */
  take(rows: readonly Row[], positionOf: (row: Row) => number, last: number): void {
    for (const row of rows) {
      if (positionOf(row) > this.position && this.#accepts(row)) this.#rows.push(row);
    }
    this.position = Math.max(this.position, last);
    if (this.#rows.length > 0) this.#wake();
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

/** All who follow the same rows in this process: one query a commit serves them all. */
export class Hub<Row> {
  readonly #db: Session;
  readonly #source: HubSource<Row>;
  readonly #followers = new Set<Follower<Row>>();
  /** What was read for all. */
  #position = 0;
  #news: News | undefined;
  /** Nothing is read for all: every follower is sated. */
  #isResting = false;

  constructor(db: Session, source: HubSource<Row>) {
    this.#db = db;
    this.#source = source;
  }

  /** Whether nobody follows. */
  get isIdle(): boolean {
    return this.#followers.size === 0;
  }

  /** The accepted rows behind `position`, those that come included. */
  async *follow(
    position: number,
    accepts: (row: Row) => boolean,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Row, void, undefined> {
    const follower = new Follower(position, accepts);
    const slice = new Slice();
    signal?.addEventListener('abort', follower.wake);
    try {
      this.#add(follower);
      while (!signal?.aborted) {
        const row = follower.next();
        if (row !== undefined) {
          yield row;
          const rest = slice.rest();
          if (rest !== undefined) await rest;
        } else if (follower.failure !== undefined) throw follower.failure;
        else if (follower.isBehind) await this.#readFor(follower);
        else {
          this.#rouse();
          await follower.sleep();
          slice.begin();
        }
      }
    } finally {
      signal?.removeEventListener('abort', follower.wake);
      this.#remove(follower);
    }
  }

  #add(follower: Follower<Row>): void {
    this.#followers.add(follower);
    if (this.#news === undefined) this.#start(follower.position);
    else if (this.#isResting) this.#skipTo(follower.position);
    follower.isBehind = follower.position < this.#position;
  }

  #start(position: number): void {
    this.#position = position;
    this.#news = new News(this.#db);
    void this.#readForAll(this.#news);
  }

  /** What lies between is read by each of the others for itself. */
  #skipTo(position: number): void {
    this.#position = Math.max(this.#position, position);
    for (const each of this.#followers) each.isBehind = each.position < this.#position;
  }

  #remove(follower: Follower<Row>): void {
    this.#followers.delete(follower);
    if (this.#followers.size === 0) this.#stop();
  }

  #stop(): void {
    this.#news?.close();
    this.#news?.ring();
    this.#news = undefined;
  }

  async #readForAll(news: News): Promise<void> {
    const slice = new Slice();
    try {
      while (this.#news === news && news.look()) {
        const rows = this.#isResting ? [] : await this.#read(this.#position, BATCH);
        if (this.#news !== news) return;
        if (rows.length > 0) this.#offer(rows);
        if (rows.length < BATCH) {
          await news.wait();
          slice.begin();
        } else await slice.rest();
      }
    } catch (failure) {
      if (this.#news === news) this.#fail(failure);
    }
  }

  #offer(rows: readonly Row[]): void {
    const { positionOf } = this.#source;
    this.#position = this.#endOf(rows, this.#position);
    this.#isResting = true;
    for (const follower of this.#followers) {
      follower.isBehind = follower.isSated;
      if (!follower.isBehind) follower.take(rows, positionOf, this.#position);
      this.#isResting &&= follower.isSated;
    }
  }

  /** Somebody would take what is read for all again. */
  #rouse(): void {
    if (!this.#isResting) return;
    this.#isResting = false;
    this.#news?.ring();
  }

  /** Who follows from now on is a new start. */
  #fail(failure: unknown): void {
    this.#stop();
    for (const follower of this.#followers) {
      follower.failure = failure;
      follower.wake();
    }
    this.#followers.clear();
  }

  async #readFor(follower: Follower<Row>): Promise<void> {
    const readForAll = this.#position;
    const rows = await this.#read(follower.position, OWN_BATCH);
    const end = rows.length < OWN_BATCH ? readForAll : 0;
    follower.take(rows, this.#source.positionOf, Math.max(this.#endOf(rows, 0), end));
    // What was read for all meanwhile was not offered to it.
    follower.isBehind = follower.position < this.#position;
  }

  #endOf(rows: readonly Row[], otherwise: number): number {
    const last = rows.at(-1);
    return last === undefined ? otherwise : this.#source.positionOf(last);
  }

  async #read(after: number, limit: number): Promise<Row[]> {
    const [rows] = await this.#db.background.run<[Row[]]>([this.#source.read(after, limit)]);
    return rows;
  }
}
