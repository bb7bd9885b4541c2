import type { HonkerTables } from '@honker/kysely';
import type { Generated } from 'kysely';

/** The application's tables, and honker's to read them. */
export interface Tables extends HonkerTables {
  products: { name: string; stock: number };
  orders: { id: Generated<number>; email: string; product: string; quantity: number };
  /** What the worker has done: one for each order, however often its job ran. */
  confirmations: { order_id: number; text: string };
}
