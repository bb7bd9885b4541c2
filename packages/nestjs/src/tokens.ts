import { Inject } from '@nestjs/common';
import { requireText } from './arguments.js';

/** The name of the database of a `forRoot()` that doesn't give one. */
export const DEFAULT_DATABASE_NAME = 'default';

/**
 * What a database is injected by.
 *
 * @example
 * ```ts
 * const db = app.get<Database>(getHonkerToken());
 * ```
 */
export function getHonkerToken(databaseName = DEFAULT_DATABASE_NAME): string {
  return `HonkerDatabase(${databaseName})`;
}

/**
 * What a queue is injected by.
 *
 * @example
 * ```ts
 * const emails = app.get<Queue<Email>>(getQueueToken('emails'));
 * ```
 */
export function getQueueToken(queue: string, databaseName = DEFAULT_DATABASE_NAME): string {
  return `HonkerQueue(${databaseName}/${requireText(queue, 'getQueueToken()', 'the name of a queue')})`;
}

/**
 * What a stream is injected by.
 *
 * @example
 * ```ts
 * const orders = app.get<Stream<Order>>(getStreamToken('orders'));
 * ```
 */
export function getStreamToken(topic: string, databaseName = DEFAULT_DATABASE_NAME): string {
  return `HonkerStream(${databaseName}/${requireText(topic, 'getStreamToken()', 'the topic of a stream')})`;
}

/**
 * The options of a database; override it in tests.
 *
 * @example
 * ```ts
 * Test.createTestingModule({ imports: [AppModule] })
 *   .overrideProvider(getHonkerOptionsToken())
 *   .useValue({ database: 'test.db', role: 'producer' });
 * ```
 */
export function getHonkerOptionsToken(databaseName = DEFAULT_DATABASE_NAME): string {
  return `HonkerOptions(${databaseName})`;
}

/** @internal What a queue or a stream was registered with. */
export function getRegistrationToken(token: string): string {
  return `options of ${token}`;
}

/** @internal The database together with who closes it. */
export function getOpenedToken(databaseName: string): string {
  return `HonkerOpened(${databaseName})`;
}

/** @internal What runs the workers of a database. */
export function getRuntimeToken(databaseName = DEFAULT_DATABASE_NAME): string {
  return `HonkerRuntime(${databaseName})`;
}

/**
 * Injects a database.
 *
 * @example
 * ```ts
 * constructor(@InjectHonker() private readonly db: Database) {}
 * ```
 */
export function InjectHonker(databaseName?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getHonkerToken(databaseName));
}

/**
 * Injects a queue that `HonkerModule.registerQueue()` has registered.
 *
 * @example
 * ```ts
 * constructor(@InjectQueue('emails') private readonly emails: Queue<Email>) {}
 * ```
 */
export function InjectQueue(
  queue: string,
  databaseName?: string,
): ParameterDecorator & PropertyDecorator {
  return Inject(getQueueToken(queue, databaseName));
}

/**
 * Injects a stream that `HonkerModule.registerStream()` has registered.
 *
 * @example
 * ```ts
 * constructor(@InjectStream('orders') private readonly orders: Stream<Order>) {}
 * ```
 */
export function InjectStream(
  topic: string,
  databaseName?: string,
): ParameterDecorator & PropertyDecorator {
  return Inject(getStreamToken(topic, databaseName));
}
