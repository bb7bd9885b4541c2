import { setTimeout } from 'node:timers/promises';
import type { Worker } from '@honker/core';
import type { Packing, Shop } from './shop.js';

/** Breaks when it is packed for the first time. */
const FRAGILE = 'Vase';

/** Packs orders, each in `packMs`. */
export function startPacker({ db, packing, changes }: Shop, packMs: number): Worker<Packing> {
  const worker = packing.work(
    async (job, { signal }) => {
      const { orderId } = job.payload;
      await setTimeout(packMs, undefined, { signal });
      db.transaction((tx) => {
        const [order] = tx.query<{ item: string; failures: number }>(
          'SELECT item, failures FROM orders WHERE id = ?',
          [orderId],
        );
        if (order?.item === FRAGILE && order.failures === 0) throw new Error('it broke');
        tx.execute("UPDATE orders SET state = 'packed' WHERE id = ?", [orderId]);
        changes.publishTx(tx, { type: 'packed', orderId });
        job.ackTx(tx);
      });
    },
    { concurrency: 4 },
  );
  // After the fact, for the job is dead by now: a process that is killed in between tells nobody, and a page shows
  // it when it is loaded again.
  worker.on('dead', ({ id: jobId }, error) => {
    const [dead] = packing.dead.list({ afterId: jobId - 1, limit: 1 });
    if (dead?.id !== jobId) return;
    const { orderId } = dead.payload;
    db.transaction((tx) => {
      tx.execute('UPDATE orders SET failures = failures + 1 WHERE id = ?', [orderId]);
      changes.publishTx(tx, { type: 'failed', orderId, jobId, error: String(error) });
    });
  });
  return worker;
}
