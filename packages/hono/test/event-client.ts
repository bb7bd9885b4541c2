import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

/** One block of a `text/event-stream`. */
export interface Block {
  id?: string;
  data?: unknown;
  retry?: string;
  /** Nothing but a comment: the opening, or a heartbeat. */
  isComment?: true;
}

/** A client of server-sent events on a socket of its own; it reads only when it is asked for a block. */
export class EventClient {
  readonly response: IncomingMessage;
  readonly #chunks: AsyncIterator<string>;
  #text = '';

  private constructor(response: IncomingMessage) {
    this.response = response;
    this.#chunks = response.setEncoding('utf8')[Symbol.asyncIterator]();
  }

  static async connect(
    port: number,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<EventClient> {
    const asked = request({ host: '127.0.0.1', port, path, headers, agent: false }).end();
    asked.on('error', () => {});
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.on('error', () => {});
    return new EventClient(response);
  }

  /** The next block; undefined at the end of the response. */
  async block(): Promise<Block | undefined> {
    let end = this.#text.indexOf('\n\n');
    while (end < 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return undefined;
      this.#text += value;
      end = this.#text.indexOf('\n\n');
    }
    const block = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 2);
    return parse(block);
  }

  /** The next events, comments left out. */
  async events(count: number): Promise<Block[]> {
    const events: Block[] = [];
    while (events.length < count) {
      const block = await this.block();
      if (block === undefined) throw new Error(`ended after ${events.length} of ${count}`);
      if (block.id !== undefined) events.push(block);
    }
    return events;
  }

  async data(count: number): Promise<unknown[]> {
    return (await this.events(count)).map(({ data }) => data);
  }

  /** Waits until the server has answered with the first block, and returns the client. */
  async opened(): Promise<this> {
    await this.block();
    return this;
  }

  close(): void {
    this.response.destroy();
  }
}

function parse(text: string): Block {
  const block: Block = {};
  for (const line of text.split('\n')) {
    const [, name, value] = /^(\w*): ?(.*)$/s.exec(line) ?? [];
    if (name === 'id') block.id = value as string;
    else if (name === 'data') block.data = JSON.parse(value as string);
    else if (name === 'retry') block.retry = value as string;
    else if (line === ':') block.isComment = true;
    else throw new Error(`what is ${JSON.stringify(line)}?`);
  }
  return block;
}
