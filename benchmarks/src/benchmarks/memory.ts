import { open } from '@honker/core';
import type { Benchmark, Context } from '../benchmark.js';
import { runTogether } from '../child-processes.js';
import { aboveFloorAtMost } from '../measurement.js';
import { QUEUE } from '../names.js';
import { payloadsOf } from '../payload.js';
import type { DrainerResult, DrainerTask } from '../processes/drainer.js';
import { median } from '../statistics.js';

const NAME = 'memory (rss) after 20,000 jobs';
const JOBS = 20_000;
const CONCURRENCY = 10;
const PROCESSES = 5;

export const memory: Benchmark = {
  name: NAME,
  run: async (context) => {
    const rss = { honker: [] as number[], floor: [] as number[] };
    for (let i = 0; i < (context.isQuick ? 3 : PROCESSES); i++) {
      rss.floor.push(await rssAfterDraining(context, 'floor'));
      rss.honker.push(await rssAfterDraining(context, 'honker'));
    }
    return [
      {
        name: NAME,
        unit: 'MB',
        honker: median(rss.honker),
        floor: median(rss.floor),
        goal: aboveFloorAtMost(4, 'MB'),
      },
    ];
  },
};

async function rssAfterDraining({ workspace }: Context, side: 'honker' | 'floor'): Promise<number> {
  const path = workspace.newFile();
  const db = open(path);
  db.queue(QUEUE).enqueueMany(payloadsOf(JOBS));
  db.close();
  const task: DrainerTask = { path, side, jobs: JOBS, concurrency: CONCURRENCY };
  const [result] = await runTogether(workspace, [{ program: 'drainer', task }], 0);
  workspace.removeFile(path);
  return (result as DrainerResult).rss / 1024 / 1024;
}
