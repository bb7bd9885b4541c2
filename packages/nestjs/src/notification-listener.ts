import { describeError } from '@honker/core/adapter';
import type { Logger } from '@nestjs/common';
import type { HonkerBackground } from './database.js';
import type { Invoke } from './invoker.js';
import { type Handler, placeOf } from './plan.js';
import { type StopSignals, unlessAborted } from './stop-signals.js';
import { stackOf } from './thrown.js';

/** Calls an `@OnNotification` method with what is said on its channel. */
export async function listenForNotifications(
  handler: Handler<'notification'>,
  invoke: Invoke,
  background: HonkerBackground,
  signals: StopSignals,
  logger: Logger,
): Promise<void> {
  const { channel } = handler.metadata;
  for await (const notification of background.listen(channel, { signal: signals.stopping })) {
    try {
      await unlessAborted(invoke(notification, signals.givingUp), signals.givingUp);
    } catch (error) {
      logger.error(
        `${placeOf(handler)}, of the channel '${channel}', failed: ${describeError(error)}`,
        stackOf(error),
      );
    }
  }
}
