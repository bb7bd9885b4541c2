import type {
  DeadJob,
  JobRecord,
  JobsOptions,
  QueueStats,
  Schedule,
  StreamStats,
} from '@honker/core';

type Awaitable<Value> = Value | Promise<Value>;

/** What `honkerApi()` needs of a queue, synchronous or not. */
export interface ApiQueue {
  stats(): Awaitable<QueueStats>;
  jobs(options: JobsOptions): Awaitable<JobRecord<unknown>[]>;
  getJob(id: number): Awaitable<JobRecord<unknown> | null>;
  cancel(id: number): Awaitable<boolean>;
  readonly dead: {
    list(options?: { afterId?: number; limit?: number }): Awaitable<DeadJob<unknown>[]>;
    requeue(id: number): Awaitable<number | null>;
    purge(options?: { olderThanS?: number }): Awaitable<number>;
  };
}

/** What `honkerApi()` needs of a database, synchronous or not. */
export interface ApiDatabase {
  queues(): Awaitable<QueueStats[]>;
  queue(name: string): ApiQueue;
  streams(): Awaitable<StreamStats[]>;
  stream(topic: string): { stats(): Awaitable<StreamStats> };
  scheduler(): {
    list(): Awaitable<Schedule[]>;
    pause(name: string): Awaitable<boolean>;
    resume(name: string): Awaitable<boolean>;
  };
}
