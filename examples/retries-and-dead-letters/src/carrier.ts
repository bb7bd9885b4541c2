import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/**
 * The web service of a parcel carrier, on a bad day: it sends the first parcel without ever answering,
 * turns the next two away, and recovers. What is no postcode it refuses on any day.
 */
export class Carrier {
  /** By idempotency key: who asks twice gets the same parcel. */
  readonly parcels = new Map<string, string>();
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy());
  });
  #hasLostAnAnswer = false;
  #turnedAway = 0;

  /** @returns its URL. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/parcels`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { postcode } = (await json(request)) as { postcode: string };
    if (!/^\d{5}$/.test(postcode)) {
      response.writeHead(400).end(`"${postcode}" is no postcode`);
    } else if (!this.#hasLostAnAnswer) {
      this.#hasLostAnAnswer = true;
      this.#send(request);
    } else if (this.#turnedAway < 2) {
      this.#turnedAway++;
      response.writeHead(503, { 'retry-after': '1' }).end('overloaded');
    } else {
      response.writeHead(201).end(JSON.stringify({ parcel: this.#send(request) }));
    }
  }

  #send({ headers }: IncomingMessage): string {
    const key = String(headers['idempotency-key']);
    const parcel = this.parcels.get(key) ?? `P-${1001 + this.parcels.size}`;
    this.parcels.set(key, parcel);
    return parcel;
  }
}
