import type { Worker } from '@honker/core';
import { getOrder, type Shop } from './shop.js';

/** Tells what becomes of the orders, attempt by attempt, and sums it up. */
export class Report {
  readonly #attempts = new Map<number, string[]>();

  constructor(worker: Worker<{ orderId: number }>) {
    worker.on('failed', (job, error, delayS) => {
      const { name, message } = error as Error;
      this.add(job.payload.orderId, `${name}: ${message}`);
      console.log(`order ${job.payload.orderId}: ${name}: ${message}; again in ${delayS} s`);
    });
    worker.on('completed', (job) => {
      this.add(job.payload.orderId, 'sent');
      console.log(`order ${job.payload.orderId}: sent, at attempt ${job.attempts}`);
    });
    worker.on('dead', (job, error) => console.log(`job ${job.id} is dead: ${error}`));
    worker.on('error', (error) => console.error(error));
  }

  add(orderId: number, outcome: string): void {
    this.#attempts.set(orderId, [...(this.#attempts.get(orderId) ?? []), outcome]);
  }

  print(shop: Shop): void {
    const rows = [...this.#attempts].map(([id, attempts]) => {
      const { customer, postcode, parcel } = getOrder(shop, id);
      return [id, { customer, postcode, parcel, attempts: attempts.join(' → ') }] as const;
    });
    console.table(Object.fromEntries(rows));
  }
}
