import { setTimeout } from 'node:timers/promises';
import type { DrizzleJob } from '@honker/drizzle';
import { OnWorkerEvent, Processor, WorkerHost } from '@honker/nestjs';
import { Logger } from '@nestjs/common';
import { ShopDatabase } from './database.module.js';
import type { Confirmation } from './queues.js';
import { mails } from './schema.js';

/** How long the mail server takes. */
const MAIL_MS = Number(process.env.MAIL_MS ?? 20);

@Processor('confirmations', { concurrency: 4 })
export class ConfirmationProcessor extends WorkerHost<
  Confirmation,
  void,
  DrizzleJob<Confirmation>
> {
  readonly #logger = new Logger(ConfirmationProcessor.name);

  constructor(private readonly shop: ShopDatabase) {
    super();
  }

  async process(job: DrizzleJob<Confirmation>, signal: AbortSignal): Promise<void> {
    await setTimeout(MAIL_MS, undefined, { signal });
    // The row that says that it was sent and the end of the job are one commit: no crash sends it twice.
    this.shop.db.transaction(
      (tx) => {
        tx.insert(mails).values(job.payload).run();
        job.ack(tx);
      },
      { behavior: 'immediate' },
    );
  }

  @OnWorkerEvent('dead')
  onDead({ id }: { id: number }): void {
    this.#logger.error(`nobody will hear of order ${id}`);
  }
}
