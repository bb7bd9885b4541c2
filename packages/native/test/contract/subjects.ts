import { ack } from './ack.js';
import { argumentsOf } from './arguments.js';
import { bootstrap } from './bootstrap.js';
import { cancelAndGet } from './cancel-and-get.js';
import { claim } from './claim.js';
import { claims } from './claims.js';
import type { ContractTest } from './contract-test.js';
import { dead } from './dead.js';
import { enqueue } from './enqueue.js';
import { enqueueBatch } from './enqueue-batch.js';
import { foreignRows } from './foreign-rows.js';
import { heartbeat } from './heartbeat.js';
import { nextClaimAt } from './next-claim-at.js';
import { retryAndFail } from './retry-and-fail.js';
import { stats } from './stats.js';
import { sweep } from './sweep.js';
import { transactions } from './transactions.js';
import { triggers } from './triggers.js';

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
  sweep,
  'next claim at': nextClaimAt,
  dead,
  stats,
  arguments: argumentsOf,
  triggers,
  transactions,
};
