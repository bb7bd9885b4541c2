import 'reflect-metadata';
import type { SubscribeOptions, WorkerEvents } from '@honker/core';
import type { HonkerWorkOptions } from './database.js';

/** What a class is, by @Processor. */
export interface ProcessorMetadata {
  queue: string;
  options: HonkerWorkOptions & { databaseName?: string };
}

/** Who gets the events of a stream. */
export interface OnStreamOptions extends Pick<SubscribeOptions, 'saveEveryN' | 'saveEveryS'> {
  /** Who reads: each consumer gets every event, and its place in the stream is kept under this name. */
  consumer: string;
  /** The database that the stream is in. Default: that of the `forRoot()` without a name. */
  databaseName?: string;
}

/** How a scheduled method runs. */
export interface ScheduleDecoratorOptions {
  /** What the schedule is called, in its database. Default: `Class.method`. */
  name?: string;
  /** The database that keeps it. Default: that of the `forRoot()` without a name. */
  databaseName?: string;
  /** How often a run that throws is tried before it goes to dead. Default 3. */
  maxAttempts?: number;
  /** A run that no process has begun after this many whole seconds is dropped. Default: never. */
  expiresS?: number;
}

/** What a method is for, by one of the decorators. */
export type HandlerMetadata = {
  method: string;
  /** The decorator as it stands in the source, for messages. */
  decorator: string;
} & (
  | { kind: 'process'; name: string }
  | { kind: 'workerEvent'; event: keyof WorkerEvents<unknown> }
  | { kind: 'stream'; topic: string; options: OnStreamOptions }
  | { kind: 'notification'; channel: string; databaseName: string | undefined }
  | { kind: 'schedule'; expression: string; options: ScheduleDecoratorOptions }
);

// Symbols of the registry: an application may load this package as ESM and as CommonJS.
const PROCESSOR = Symbol.for('honker.nestjs.processor');
const HANDLERS = Symbol.for('honker.nestjs.handlers');

export function setProcessor(target: object, metadata: ProcessorMetadata): void {
  Reflect.defineMetadata(PROCESSOR, metadata, target);
}

/** Undefined for a class without @Processor. */
export function processorOf(target: object): ProcessorMetadata | undefined {
  return Reflect.getMetadata(PROCESSOR, target);
}

/** A decorator that adds `metadata` to a method. */
export function handlerDecorator<Kind extends HandlerMetadata['kind']>(
  decorator: string,
  metadata: { kind: Kind } & Omit<
    Extract<HandlerMetadata, { kind: Kind }>,
    'method' | 'decorator' | 'kind'
  >,
): MethodDecorator {
  return (target, method) => {
    if (typeof target === 'function' || typeof method !== 'string') {
      throw new TypeError(
        `${decorator} decorates methods of an instance, with a name that is a string: ` +
          `${String(method)} is none`,
      );
    }
    const own = Reflect.getOwnMetadata(HANDLERS, target.constructor) as HandlerMetadata[];
    const inherited = handlersOf(target.constructor).filter(
      (each) => each.method !== method || each.kind !== metadata.kind,
    );
    const handler = { ...metadata, method, decorator } as unknown as HandlerMetadata;
    Reflect.defineMetadata(HANDLERS, [...(own ?? inherited), handler], target.constructor);
  };
}

/** The decorated methods of a class, those that it inherits included. */
export function handlersOf(target: object): readonly HandlerMetadata[] {
  return Reflect.getMetadata(HANDLERS, target) ?? [];
}
