import { requireKnownOptions, requireText } from './arguments.js';
import { handlerDecorator, type OnStreamOptions } from './metadata.js';

/**
 * Calls a method with the events of a stream, one at a time, in order: `(event, signal)`. Of all processes
 * that run it, one at a time does; another takes its place when it ends. An event whose method throws is tried
 * again, with growing pauses, and the ones behind it wait; a FailError passes over it.
 *
 * @throws {TypeError} for a topic or a consumer that isn't a text, or an unknown option.
 *
 * @example
 * ```ts
 * @OnStream('orders', { consumer: 'mailer' })
 * async onOrder(event: StreamEvent<Order>, signal: AbortSignal) {}
 * ```
 */
export function OnStream(topic: string, options: OnStreamOptions): MethodDecorator {
  requireText(topic, '@OnStream()', 'the topic of a stream');
  const decorator = `@OnStream('${topic}')`;
  requireText(options?.consumer, decorator, 'consumer');
  requireKnownOptions(options, decorator, ['consumer', 'databaseName', 'saveEveryN', 'saveEveryS']);
  return handlerDecorator(decorator, { kind: 'stream', topic, options });
}
