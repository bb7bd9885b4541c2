import { honkerKysely } from '@honker/kysely';
import BetterSqlite3 from 'better-sqlite3';
import { CompiledQuery, Kysely, SqliteDialect } from 'kysely';
import type { Benchmark } from '../benchmark.js';
import { interleave } from '../interleave.js';
import { ratioAtMost } from '../measurement.js';
import { QUEUE } from '../names.js';
import { createFile } from '../pair.js';
import { payloadOf } from '../payload.js';

const NAME = "enqueue in Kysely's transaction";
const STATEMENTS = 1000;

/** No statement costs Kysely less: nothing is built or compiled, and SQLite has next to nothing to do. */
const CHEAPEST = CompiledQuery.raw('SELECT 1');

export const kyselyEnqueue: Benchmark = {
  name: NAME,
  async run({ workspace, isQuick }) {
    const path = createFile(workspace);
    const database = new BetterSqlite3(path);
    const db = new Kysely<object>({ dialect: new SqliteDialect({ database }) });
    const honker = await honkerKysely(db, database);
    try {
      const queue = honker.queue(QUEUE);
      const rates = await interleave(
        {
          honker: {
            slice: () =>
              db.transaction().execute(async (trx) => {
                for (let i = 0; i < STATEMENTS; i++) await queue.enqueue(trx, payloadOf(i));
              }),
          },
          floor: {
            slice: () =>
              db.transaction().execute(async (trx) => {
                for (let i = 0; i < STATEMENTS; i++) await trx.executeQuery(CHEAPEST);
              }),
          },
        },
        { slices: isQuick ? 31 : 101, jobs: STATEMENTS },
      );
      const us = (rate: number) => 1_000_000 / rate;
      return [
        {
          name: NAME,
          unit: 'µs',
          honker: us(rates.honker),
          floor: us(rates.floor),
          goal: ratioAtMost(1.25),
        },
      ];
    } finally {
      await honker.close();
      await db.destroy();
      workspace.removeFile(path);
    }
  },
};
