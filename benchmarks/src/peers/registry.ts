import { draining } from './draining.js';
import { bulk, hundredAtATime, oneByOne } from './enqueueing.js';
import { flatOut } from './flat-out.js';
import { idling } from './idling.js';
import type { PeerBenchmark } from './peer-benchmark.js';
import { waking } from './waking.js';

/** In the order of the table. Waiting comes first: later the servers tidy up behind what they did. */
export const peerBenchmarks: readonly PeerBenchmark[] = [
  idling,
  waking,
  oneByOne,
  hundredAtATime,
  bulk,
  draining(1),
  draining(10),
  draining(100),
  flatOut,
];
