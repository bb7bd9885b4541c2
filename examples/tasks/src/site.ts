import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const PAGES = new Map([
  ['/apples', '<h1>Apples</h1><p>They keep for months in a cool and dark place.'],
  ['/oranges', '<h1>Oranges</h1><p>Not in the fridge.'],
]);
/** This one is never answered. */
const SLOW = '/lemons';

/** A web site with two pages, and one that takes too long. */
export class Site {
  readonly #server = createServer(({ url = '' }, response) => {
    const page = PAGES.get(url);
    if (page !== undefined) response.end(page);
    else if (url !== SLOW) response.writeHead(404).end();
  });

  /** @returns its URL. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
