import { ack } from './ack.js';
import { argumentsOf } from './arguments.js';
import { bootstrap } from './bootstrap.js';
import { cancelAndGet } from './cancel-and-get.js';
import { claim } from './claim.js';
import { claims } from './claims.js';
import { clock } from './clock.js';
import type { ContractTest } from './contract-test.js';
import { cron } from './cron.js';
import { dead } from './dead.js';
import { enqueue } from './enqueue.js';
import { enqueueBatch } from './enqueue-batch.js';
import { everyFunction } from './every-function.js';
import { foreignRows } from './foreign-rows.js';
import { heartbeat } from './heartbeat.js';
import { jobLists } from './job-lists.js';
import { locks } from './locks.js';
import { nextClaimAt } from './next-claim-at.js';
import { notifications } from './notifications.js';
import { rateLimits } from './rate-limits.js';
import { results } from './results.js';
import { retryAndFail } from './retry-and-fail.js';
import { scheduler } from './scheduler.js';
import { schedulerTick } from './scheduler-tick.js';
import { schedulerUpdate } from './scheduler-update.js';
import { stats } from './stats.js';
import { streamStats } from './stream-stats.js';
import { streams } from './streams.js';
import { sweep } from './sweep.js';
import { transactions } from './transactions.js';
import { triggers } from './triggers.js';
import { watching } from './watching.js';

/** The contract by subject: each registers its tests through what it is given. */
export const subjects: Readonly<Record<string, (test: ContractTest) => void>> = {
  bootstrap,
  enqueue,
  'enqueue batch': enqueueBatch,
  claim,
  'rows of somebody else': foreignRows,
  ack,
  claims,
  'retry and fail': retryAndFail,
  heartbeat,
  'cancel and get': cancelAndGet,
  'job lists': jobLists,
  sweep,
  'next claim at': nextClaimAt,
  dead,
  stats,
  streams,
  'stream stats': streamStats,
  notifications,
  scheduler,
  'scheduler update': schedulerUpdate,
  'scheduler tick': schedulerTick,
  cron,
  locks,
  'rate limits': rateLimits,
  results,
  arguments: argumentsOf,
  'every function': everyFunction,
  triggers,
  transactions,
  clock,
  watching,
};
