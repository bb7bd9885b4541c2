import { z } from 'zod';

/** A mail to send. The queue checks it: nobody enqueues one without an address, whatever the language. */
export const confirmation = z.object({ orderId: z.int(), to: z.email() });
export type Confirmation = z.infer<typeof confirmation>;

/** What happens to orders. */
export interface OrderEvent {
  type: 'placed';
  id: number;
  item: string;
  quantity: number;
}
