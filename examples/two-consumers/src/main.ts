/** `npm start`: runs the publisher and the consumers, each in a process of its own, and kills one of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '@honker/core';
import { account, describe, isExact } from './account.js';
import { Program } from './program.js';
import { createTables, openAudit, openShop, orderStream } from './shop.js';

const TAKEN = 400;
const KILL_AFTER = 100;
const INTERRUPTED = 130;

const ending = new AbortController();
let isInterrupted = false;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    isInterrupted = true;
    ending.abort(new Error('interrupted'));
  });
}

const folder = mkdtempSync(join(tmpdir(), 'two-consumers-'));
const shop = openShop(folder);
const audit = openAudit(folder);
const programs: Program[] = [];
try {
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  if (!isInterrupted) console.error(error);
  process.exitCode = isInterrupted ? INTERRUPTED : 1;
} finally {
  await Promise.all(programs.map((program) => program.stop()));
  shop.close();
  audit.close();
  rmSync(folder, { recursive: true });
}

function start(script: string, ...args: string[]): Program {
  const program = new Program(script, [folder, ...args], (error) => ending.abort(error));
  programs.push(program);
  return program;
}

/** Waits, from commit to commit of whatever process, until a condition holds. */
async function until(db: Database, condition: () => boolean): Promise<void> {
  const commits = db.updateEvents({ signal: ending.signal });
  while (!condition()) {
    await commits.next();
    ending.signal.throwIfAborted();
  }
  await commits.return();
}

async function run(): Promise<boolean> {
  createTables(shop, audit);
  const orders = orderStream(shop);
  const audited = () => orderStream(audit).getOffset('audit');

  start('./totals.js');
  const victim = start('./audit.js');
  const publisher = start('./publisher.js', String(TAKEN));
  await until(audit, () => audited() >= KILL_AFTER);
  await victim.kill();
  console.log(`  audit (pid ${victim.pid}) killed with SIGKILL, at offset ${audited()}`);

  await publisher.ended();
  ending.signal.throwIfAborted();
  const last = orders.lastOffset();
  await until(shop, () => orders.getOffset('totals') === last);
  console.log(`  totals is at ${last}, the end: it waits for nobody`);

  const successor = start('./audit.js');
  console.log(`  audit (pid ${successor.pid}) started again, behind offset ${audited()}`);
  await until(audit, () => audited() === last);
  await start('./report.js').ended();
  ending.signal.throwIfAborted();

  const result = account(shop, audit);
  const refused = TAKEN - result.orders.orders;
  console.log(`  ${refused} orders were refused: no consumer has seen their events\n`);
  console.log(describe(result));
  return isExact(result);
}
