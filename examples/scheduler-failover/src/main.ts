/**
 * `npm start [-- <lease>]`: two schedulers, each in a process of its own; kills the leader. Its lease would go
 * on for up to 60 seconds; it is cut to `lease`, 2 seconds, which is no shorter than you want to wait.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLease } from './leader.js';
import { Program } from './program.js';
import { ensureSchedule, openDatabase, ticks } from './schedule.js';
import { Tally } from './tally.js';

const TICKS_BEFORE = 2;
/** More than a lease can take to end, with a process that starts beside it. */
const GIVE_UP_AFTER_S = 20;
const INTERRUPTED = 130;

const [lease = '2'] = process.argv.slice(2);
if (!/^[1-9]\d?$/.test(lease)) throw new RangeError(`lease must be 1 to 99 seconds, not ${lease}`);
const leaseS = Number(lease);

const ending = new AbortController();
let isInterrupted = false;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    isInterrupted = true;
    ending.abort(new Error('interrupted'));
  });
}

const folder = mkdtempSync(join(tmpdir(), 'scheduler-failover-'));
const db = openDatabase(folder);
const queue = ticks(db);
const tally = new Tally(ensureSchedule(db).nextFireAt);
const programs: Program[] = [];

const worker = queue.work((job) => {
  const boundary = tally.add(queue.getJob(job.id)?.createdAt ?? 0);
  const at = new Date(boundary * 1000).toISOString().slice(11, 19);
  console.log(`  ${at}   + ${(Date.now() / 1000 - boundary).toFixed(2)} s`);
});

try {
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  if (!isInterrupted) console.error(error);
  process.exitCode = isInterrupted ? INTERRUPTED : 1;
} finally {
  await Promise.all(programs.map((program) => program.stop()));
  await worker.stop();
  db.close();
  rmSync(folder, { recursive: true });
}

function start(): Program {
  const program = new Program('./scheduler.js', [folder], (error) => ending.abort(error));
  programs.push(program);
  return program;
}

/** Waits, from commit to commit of whatever process, until a condition holds. */
async function until(condition: () => boolean): Promise<void> {
  const commits = db.updateEvents({ signal: ending.signal });
  while (!condition()) {
    await commits.next();
    ending.signal.throwIfAborted();
  }
  await commits.return();
}

async function run(): Promise<boolean> {
  const one = start();
  await until(() => db.scheduler().leader() !== null);
  const two = start();
  console.log(`  process ${one.pid} leads, ${two.pid} stands by`);
  await until(() => tally.fired >= TICKS_BEFORE);

  await one.kill();
  const dead = db.scheduler().leader();
  if (dead === null) throw new Error('the lock was gone with its owner');
  const killedAt = Date.now();
  const leftS = dead.expiresAt - Math.floor(killedAt / 1000);
  console.log(`             leader killed with SIGKILL; its lease has ${leftS} s left`);
  if (leftS > leaseS) {
    endLease(db, dead, leaseS);
    console.log(`             cut to ${leaseS} s, so that you needn't wait`);
  }
  const giveUp = setTimeout(
    () => ending.abort(new Error('nobody took over')),
    (leaseS + GIVE_UP_AFTER_S) * 1000,
  );
  await until(() => (db.scheduler().leader() ?? dead).owner !== dead.owner).finally(() =>
    clearTimeout(giveUp),
  );
  const tookS = (Date.now() - killedAt) / 1000;
  console.log(`             process ${two.pid} leads after ${tookS.toFixed(1)} s`);
  const takenOverAt = Math.ceil(Date.now() / 1000);
  await until(() => tally.next > takenOverAt + 1);

  await two.stop();
  await until(() => {
    const { ready, processing } = queue.stats();
    return ready + processing === 0;
  });
  const missing = ensureSchedule(db).nextFireAt - tally.next;
  console.log(`\n  ${tally.fired} boundaries fired, ${missing} missing, ${tally.early} too early`);
  return missing === 0 && tally.early === 0;
}
