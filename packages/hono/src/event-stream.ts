import type { ReadableStreamDefaultController, UnderlyingSource } from 'node:stream/web';

/** A comment: the client ignores it, and it shows that the connection is alive. */
const HEARTBEAT = ':\n\n';

/** Of what a body of server-sent events is made. */
interface EventStreamParts {
  /** The events, as text. It ends once the signal fires. */
  readonly frames: AsyncGenerator<string, void, undefined>;
  readonly controller: AbortController;
  /** Written first, so that the client knows at once that it is connected. */
  readonly opening: string;
  readonly heartbeatMs: number;
}

/**
 * The body of a response of server-sent events. An event is taken when the connection has room for it, and not
 * before: a client that doesn't read holds one of them. A body that nobody reads (HEAD) takes nothing.
 */
export function eventStream(parts: EventStreamParts): ReadableStream<Uint8Array> {
  return new ReadableStream(new EventStream(parts), { highWaterMark: 0 });
}

class EventStream implements UnderlyingSource<Uint8Array> {
  readonly #parts: EventStreamParts;
  readonly #encoder = new TextEncoder();
  #isOpened = false;
  #isCancelled = false;
  /** The next event was asked for: a heartbeat doesn't ask again. */
  #isAsked = false;
  #answer: IteratorResult<string, void> | undefined;
  #failure: { error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(parts: EventStreamParts) {
    this.#parts = parts;
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (!this.#isOpened) {
      this.#isOpened = true;
      controller.enqueue(this.#encoder.encode(this.#parts.opening));
      return;
    }
    this.#ask();
    await this.#answerOrHeartbeat();
    if (this.#isCancelled) return;
    if (this.#failure !== undefined) throw this.#failure.error;
    const text = this.#take();
    if (text === undefined) controller.close();
    else controller.enqueue(this.#encoder.encode(text));
  }

  /** The client has gone. */
  async cancel(): Promise<void> {
    this.#isCancelled = true;
    this.#parts.controller.abort();
    this.#wake();
    await this.#parts.frames.return();
  }

  #ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#parts.frames.next().then(
      (answer) => {
        this.#answer = answer;
        this.#wake();
      },
      (error) => {
        this.#failure = { error };
        this.#wake();
      },
    );
  }

  async #answerOrHeartbeat(): Promise<void> {
    if (this.#answer !== undefined || this.#failure !== undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#wake(), this.#parts.heartbeatMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => {};
  }

  /** The text to write; undefined at the end. */
  #take(): string | undefined {
    const answer = this.#answer;
    if (answer === undefined) return HEARTBEAT;
    this.#answer = undefined;
    this.#isAsked = false;
    return answer.done ? undefined : answer.value;
  }
}
