import type { StreamEvent } from '@honker/core';
import { Cron, OnStream } from '@honker/nestjs';
import { Controller, Get } from '@nestjs/common';
import { count, sum } from 'drizzle-orm';
import { ShopDatabase } from './database.module.js';
import type { OrderEvent } from './queues.js';
import { orders, reports } from './schema.js';

/** What sold, for the shopkeeper. */
@Controller('reports')
export class Reports {
  /** Of this process, which may have read none, or all. */
  #placed = 0;

  constructor(private readonly shop: ShopDatabase) {}

  /** Once a night, however many processes run. */
  @Cron('0 3 * * *', { name: 'nightly-report' })
  nightly(): void {
    const [sold] = this.shop.db
      .select({ orders: count(), pieces: sum(orders.quantity).mapWith(Number) })
      .from(orders)
      .all();
    this.shop.db
      .insert(reports)
      .values({ orders: sold?.orders ?? 0, pieces: sold?.pieces ?? 0 })
      .run();
  }

  /** Every order once, in one process at a time. */
  @OnStream('orders', { consumer: 'reports' })
  onOrder({ payload }: StreamEvent<OrderEvent>): void {
    this.#placed += payload.quantity;
  }

  @Get()
  all() {
    return { nightly: this.shop.db.select().from(reports).all(), seen: this.#placed };
  }
}
