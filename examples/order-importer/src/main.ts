import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { account } from './accounting.js';
import { counted } from './counted.js';
import { createDatabases } from './databases.js';
import { Demo, type Plan } from './demo.js';
import { type Options, readOptions, USAGE, UsageError } from './options.js';
import { OrdersFileError, readOrders } from './orders-csv.js';
import { Progress } from './progress.js';
import { describe, describeInterrupted, exitCodeOf } from './report.js';
import { Style } from './style.js';

/** Enough for a p99, and a few seconds. */
const MOST_MEASURED = 300;
const EXIT = { fine: 0, failed: 1, usage: 2, interrupted: 130 };

const out = process.stdout;
const style = new Style(out);

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  const isUsersFault = error instanceof UsageError || error instanceof OrdersFileError;
  console.error(`\nerror: ${error.message}`);
  if (error instanceof UsageError) console.error(`\n${USAGE}`);
  return isUsersFault ? EXIT.usage : EXIT.failed;
});

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options.help) {
    out.write(USAGE);
    return EXIT.fine;
  }
  const interrupt = new AbortController();
  // Once: a second Ctrl-C ends this process at once, and with it the others.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort());
  const orderCount = readOrders(options.file).length;
  const folder = mkdtempSync(join(tmpdir(), 'honker-demo-'));
  let isKept = false;
  try {
    const exitCode = await run({ ...options, orderCount, folder }, interrupt.signal);
    isKept = exitCode === EXIT.failed;
    return exitCode;
  } catch (error) {
    isKept = true;
    throw error;
  } finally {
    if (isKept) out.write(`  The databases are kept in ${folder}\n`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

type RunOptions = Options & { orderCount: number; folder: string };

async function run(
  { file, workers, orderCount, folder }: RunOptions,
  signal: AbortSignal,
): Promise<number> {
  const plan: Plan = {
    folder,
    file,
    orderCount,
    measuredCount: Math.min(MOST_MEASURED, Math.floor(orderCount / 10)),
    workerCount: workers,
  };
  createDatabases(folder);
  out.write(introduction(plan));

  const progress = new Progress(out, style);
  try {
    await new Demo(plan, progress).run(signal);
  } finally {
    progress.stop();
  }

  const result = account(folder);
  if (signal.aborted) {
    out.write(`\n${describeInterrupted(result)}\n`);
    return EXIT.interrupted;
  }
  out.write(`\n${describe(result, style)}\n\n`);
  return exitCodeOf(result);
}

function introduction({ orderCount, workerCount }: Plan): string {
  const processes = `1 producer, ${counted(workerCount, 'worker')}`;
  return `
  ${style.bold('honker · order importer')}
  ${style.dim(`${counted(orderCount, 'order')}, ${processes}, one SQLite file, and one worker to be killed`)}

`;
}
