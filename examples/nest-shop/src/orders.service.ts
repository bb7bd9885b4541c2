import type { DrizzleQueue, DrizzleStream } from '@honker/drizzle';
import { InjectQueue, InjectStream } from '@honker/nestjs';
import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { and, eq, gte, sql } from 'drizzle-orm';
import { z } from 'zod';
import { ShopDatabase } from './database.module.js';
import type { Confirmation, OrderEvent } from './queues.js';
import { items, orders } from './schema.js';

export const newOrder = z.object({
  item: z.string(),
  quantity: z.int().positive().default(1),
  email: z.email(),
});
export type NewOrder = z.infer<typeof newOrder>;

@Injectable()
export class OrdersService {
  constructor(
    private readonly shop: ShopDatabase,
    @InjectQueue('confirmations') private readonly confirmations: DrizzleQueue<Confirmation>,
    @InjectStream('orders') private readonly events: DrizzleStream<OrderEvent>,
  ) {}

  /** The order, its mail and its event: all of them, or none. */
  place({ item, quantity, email }: NewOrder): { id: number } {
    return this.shop.db.transaction(
      (tx) => {
        const order = tx
          .insert(orders)
          .values({ item, quantity, email })
          .returning({ id: orders.id })
          .get();
        this.confirmations.enqueue(tx, { orderId: order.id, to: email });
        this.events.publish(tx, { type: 'placed', id: order.id, item, quantity });
        const { changes } = tx
          .update(items)
          .set({ stock: sql`${items.stock} - ${quantity}` })
          .where(and(eq(items.name, item), gte(items.stock, quantity)))
          .run();
        // Takes back the mail and the event, too.
        if (changes === 0) throw new ConflictException(`there are not ${quantity} of ${item}`);
        return order;
      },
      { behavior: 'immediate' },
    );
  }

  find(id: number): typeof orders.$inferSelect {
    const order = this.shop.db.select().from(orders).where(eq(orders.id, id)).get();
    if (order === undefined) throw new NotFoundException();
    return order;
  }
}
