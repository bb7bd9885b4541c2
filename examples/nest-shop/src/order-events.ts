import type { DrizzleStream } from '@honker/drizzle';
import { InjectStream } from '@honker/nestjs';
import { Injectable, type MessageEvent, type OnModuleDestroy } from '@nestjs/common';
import { Observable } from 'rxjs';
import type { OrderEvent } from './queues.js';

/** The stream of orders, for browsers. */
@Injectable()
export class OrderEvents implements OnModuleDestroy {
  readonly #closing = new AbortController();

  constructor(@InjectStream('orders') private readonly stream: DrizzleStream<OrderEvent>) {}

  /** What follows an event, then what comes: a browser that was away names the last one that it saw. */
  after(after: number): Observable<MessageEvent> {
    return new Observable((subscriber) => {
      const leaving = new AbortController();
      const signal = AbortSignal.any([leaving.signal, this.#closing.signal]);
      const send = async () => {
        for await (const { offset: id, payload } of this.stream.follow({ after, signal })) {
          subscriber.next({ id: String(id), type: payload.type, data: payload });
        }
        subscriber.complete();
      };
      send().catch((error) => subscriber.error(error));
      return () => leaving.abort();
    });
  }

  /** The server waits for its connections: this ends those that would never end. */
  onModuleDestroy(): void {
    this.#closing.abort();
  }
}
