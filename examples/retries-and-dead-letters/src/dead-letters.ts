import type { Report } from './report.js';
import { changePostcode, type Shop } from './shop.js';

/** Lists the dead letters, mends what was wrong with their orders, and has them tried again. */
export function mendDeadLetters(shop: Shop, postcode: string, report: Report): void {
  for (const job of shop.shipments.dead.list()) {
    const { orderId } = job.payload;
    report.add(orderId, `${job.lastError}`);
    const newId = shop.db.transaction((tx) => {
      changePostcode(tx, orderId, postcode);
      return shop.shipments.dead.requeueTx(tx, job.id);
    });
    console.log(
      `job ${job.id}: order ${orderId} is for ${postcode} now, and job ${newId} sends it`,
    );
  }
}
