import { honkerDrizzle } from '@honker/drizzle';
import BetterSqlite3 from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Benchmark } from '../benchmark.js';
import { interleave } from '../interleave.js';
import { ratioAtMost } from '../measurement.js';
import { QUEUE } from '../names.js';
import { createFile } from '../pair.js';
import { payloadOf } from '../payload.js';

const NAME = "enqueue in Drizzle's transaction";
const ENQUEUE = 'SELECT honker_enqueue(?, ?, NULL, NULL, 0, 3, NULL)';

/** One file for both: what is measured is the way through Drizzle and the adapter, not SQLite's work. */
export const drizzleEnqueue: Benchmark = {
  name: NAME,
  async run({ workspace, isQuick }) {
    const path = createFile(workspace);
    const client = new BetterSqlite3(path);
    const db = drizzle({ client });
    const honker = honkerDrizzle(db);
    try {
      const queue = honker.queue(QUEUE);
      const statement = client.prepare(ENQUEUE).pluck();
      const jobs = 1000;
      const rates = await interleave(
        {
          honker: {
            slice: () => {
              db.transaction((tx) => {
                for (let i = 0; i < jobs; i++) queue.enqueue(tx, payloadOf(i));
              });
            },
          },
          floor: {
            slice: () => {
              db.transaction(() => {
                for (let i = 0; i < jobs; i++) statement.get(QUEUE, JSON.stringify(payloadOf(i)));
              });
            },
          },
        },
        { slices: isQuick ? 31 : 101, jobs },
      );
      const us = (rate: number) => 1_000_000 / rate;
      return [
        {
          name: NAME,
          unit: 'µs',
          honker: us(rates.honker),
          floor: us(rates.floor),
          goal: ratioAtMost(1.5),
        },
      ];
    } finally {
      honker.close();
      client.close();
      workspace.removeFile(path);
    }
  },
};
