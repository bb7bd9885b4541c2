import Database from 'better-sqlite3';

interface RawEvent {
  offset: number;
  topic: string;
  key: string | null;
  payload: string;
  created_at: number;
}

/** The floor of a stream: its rows written and read by prepared statements, as RawQueue does a queue's. */
export class RawStream {
  readonly #db: Database.Database;
  readonly #topic: string;
  readonly #insert: Database.Statement;
  readonly #readSince: Database.Statement<[string, number], RawEvent>;

  constructor(path: string, topic: string) {
    this.#db = new Database(path, { timeout: 5000 });
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = NORMAL');
    this.#topic = topic;
    this.#insert = this.#db.prepare('INSERT INTO _honker_stream (topic, payload) VALUES (?, ?)');
    this.#readSince = this.#db.prepare(
      'SELECT offset, topic, key, payload, created_at FROM _honker_stream' +
        ' WHERE topic = ? AND offset > ? ORDER BY offset LIMIT 500',
    );
  }

  publish(payload: unknown): void {
    this.#insert.run(this.#topic, JSON.stringify(payload));
  }

  /** From the first event on; `handle` gets each with its payload parsed. */
  replay(handle: (event: Omit<RawEvent, 'payload'> & { payload: unknown }) => void): void {
    for (let last = 0; ; ) {
      const events = this.#readSince.all(this.#topic, last);
      if (events.length === 0) return;
      for (const event of events) handle({ ...event, payload: JSON.parse(event.payload) });
      last = events.at(-1)?.offset ?? last;
    }
  }

  close(): void {
    this.#db.close();
  }
}
