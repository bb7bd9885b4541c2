import { open, type Stream } from '@honker/core';
import type { Benchmark, Context } from '../benchmark.js';
import { RawStream } from '../floor/raw-stream.js';
import { interleave } from '../interleave.js';
import { atLeast, ratioAtLeast } from '../measurement.js';
import { QUEUE } from '../names.js';
import { createFile } from '../pair.js';
import { type Payload, payloadOf, payloadsOf } from '../payload.js';

const PUBLISH = 'publish, one by one';

export const publish: Benchmark = {
  name: PUBLISH,
  run: (context) =>
    withStreams(context, async ({ stream, raw }) => {
      const jobs = 1000;
      const rates = await interleave(
        {
          honker: {
            slice: () => {
              for (let i = 0; i < jobs; i++) stream.publish(payloadOf(i));
            },
          },
          floor: {
            slice: () => {
              for (let i = 0; i < jobs; i++) raw.publish(payloadOf(i));
            },
          },
        },
        { slices: context.isQuick ? 15 : 41, jobs },
      );
      return [{ name: PUBLISH, unit: 'events/s', ...rates, goal: ratioAtLeast(0.85) }];
    }),
};

const REPLAY = 'replay by a subscription';
const EVENTS = 50_000;

export const replay: Benchmark = {
  name: REPLAY,
  run: (context) =>
    withStreams(context, async ({ stream, raw }) => {
      stream.publishMany(payloadsOf(EVENTS));
      let consumers = 0;
      const { honker, floor, byHand } = await interleave(
        {
          honker: {
            slice: async () => {
              let left = EVENTS;
              consumers++;
              for await (const _ of stream.subscribe(`consumer-${consumers}`)) {
                if (--left === 0) break;
              }
            },
          },
          byHand: {
            slice: () => {
              for (let last = 0; last < EVENTS; ) {
                last = stream.readSince(last, 500).at(-1)?.offset ?? EVENTS;
              }
            },
          },
          floor: { slice: () => raw.replay(() => {}) },
        },
        { slices: context.isQuick ? 5 : 11, jobs: EVENTS },
      );
      const note = `readSince(), 500 at a time: ${Math.round(byHand).toLocaleString('en')} events/s`;
      return [
        {
          name: REPLAY,
          unit: 'events/s',
          honker,
          floor,
          goal: atLeast(1_000_000, 'events/s'),
          note,
        },
      ];
    }),
};

/** One file for both: what one of them reads or appends costs the other nothing. */
async function withStreams<Result>(
  { workspace }: Context,
  body: (streams: { stream: Stream<Payload>; raw: RawStream }) => Promise<Result>,
): Promise<Result> {
  const path = createFile(workspace);
  const db = open(path);
  const raw = new RawStream(path, QUEUE);
  try {
    return await body({ stream: db.stream<Payload>(QUEUE), raw });
  } finally {
    db.close();
    raw.close();
    workspace.removeFile(path);
  }
}
