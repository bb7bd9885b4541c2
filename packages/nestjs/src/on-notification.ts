import { requireKnownOptions, requireText } from './arguments.js';
import { handlerDecorator } from './metadata.js';

/** Where a channel is. */
export interface OnNotificationOptions {
  /** The database that the channel is in. Default: that of the `forRoot()` without a name. */
  databaseName?: string;
}

/**
 * Calls a method with what is said on a channel while this process runs, whatever its role, one at a time:
 * `(notification, signal)`. Every process hears it. What the method throws is logged.
 *
 * @throws {TypeError} for a channel that isn't a text, or an unknown option.
 *
 * @example
 * ```ts
 * @OnNotification('prices')
 * forget({ payload }: Notification<{ item: string }>) {
 *   cache.delete(payload.item);
 * }
 * ```
 */
export function OnNotification(
  channel: string,
  options: OnNotificationOptions = {},
): MethodDecorator {
  requireText(channel, '@OnNotification()', 'the name of a channel');
  const decorator = `@OnNotification('${channel}')`;
  requireKnownOptions(options, decorator, ['databaseName']);
  const { databaseName } = options;
  return handlerDecorator(decorator, { kind: 'notification', channel, databaseName });
}
