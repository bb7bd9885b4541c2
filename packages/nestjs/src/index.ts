/**
 * honker for NestJS: queues, streams and schedules of SQLite files as providers, workers as classes.
 *
 * @module
 * @mergeModuleWith <project>
 */
export type {
  HonkerBackground,
  HonkerDatabase,
  HonkerJob,
  HonkerQueue,
  HonkerStream,
  HonkerWorker,
  HonkerWorkOptions,
} from './database.js';
export { HonkerModule } from './honker-module.js';
export type { OnStreamOptions, ScheduleDecoratorOptions } from './metadata.js';
export { HonkerModuleError } from './module-error.js';
export { type NamedJob, type NamedPayload, named } from './named-job.js';
export { OnNotification, type OnNotificationOptions } from './on-notification.js';
export { OnStream } from './on-stream.js';
export type {
  DatabaseName,
  HonkerModuleAsyncOptions,
  HonkerModuleOptions,
  HonkerOptionsFactory,
  HonkerRole,
  RegisterQueueOptions,
  RegisterStreamOptions,
} from './options.js';
export { CurrentJob, CurrentSignal, Payload } from './payload.js';
export { OnWorkerEvent, Process, Processor, type ProcessorOptions } from './processor.js';
export { Cron, Every } from './schedule.js';
export { getScheduleName } from './schedule-declaration.js';
export {
  getHonkerOptionsToken,
  getHonkerToken,
  getQueueToken,
  getStreamToken,
  InjectHonker,
  InjectQueue,
  InjectStream,
} from './tokens.js';
export { WorkerHost } from './worker-host.js';
