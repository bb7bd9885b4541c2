import { readdirSync } from 'node:fs';
import { platform } from 'node:process';
import { expect, it } from 'vitest';
import { atEnd } from '../../../packages/core/test/cleanup.js';
import { Command, hasProcessGroups } from '../../../packages/core/test/command.js';
import { Program } from '../../../packages/core/test/program.js';
import { temporaryDirectory } from '../../../packages/core/test/temporary-database.js';
import { endLease } from '../src/leader.js';
import { ensureSchedule, openDatabase, ticks } from '../src/schedule.js';
import { Tally } from '../src/tally.js';

const built = (name: string) => new URL(`../dist/${name}.js`, import.meta.url);

it('01 replaces a leader that is killed, and fires each boundary once', async () => {
  const command = new Command(built('main'), ['1']);
  expect(await command.ended, command.output).toBe(0);
  const boundaries = [...command.output.matchAll(/^ {2}(\d\d:\d\d:\d\d) {3}\+ /gm)];
  const seconds = boundaries.map(([, time]) => Date.parse(`2026-01-01T${time}Z`) / 1000);
  const [first = 0] = seconds;
  const day = 86_400;
  expect(seconds.map((second) => (second - first + day) % day)).toEqual([...seconds.keys()]);
  expect(seconds.length).toBeGreaterThanOrEqual(5);
  expect(command.output).toContain(`${seconds.length} boundaries fired, 0 missing, 0 too early`);
  const tookS = Number(/leads after ([\d.]+) s/.exec(command.output)?.[1]);
  expect(tookS).toBeGreaterThanOrEqual(1);
  expect(readdirSync(command.temporary)).toEqual([]);
});

it.skipIf(platform === 'win32')(
  '02 fires nothing twice when a leader wakes that was replaced',
  async () => {
    const folder = temporaryDirectory();
    const db = openDatabase(folder);
    atEnd(() => db.close());
    const queue = ticks(db);
    const tally = new Tally(ensureSchedule(db).nextFireAt);
    const until = async (condition: () => boolean) => {
      const commits = db.updateEvents();
      while (!condition()) await commits.next();
      await commits.return();
    };
    const one = new Program(built('scheduler'), [folder]);
    await until(() => db.scheduler().leader() !== null);
    const frozen = db.scheduler().leader();
    if (frozen === null) throw new Error('nobody leads');
    const two = new Program(built('scheduler'), [folder]);
    await until(() => queue.stats().ready > 0);

    one.signal('SIGSTOP');
    endLease(db, frozen, 1);
    await until(() => (db.scheduler().leader() ?? frozen).owner !== frozen.owner);
    one.signal('SIGCONT');
    const { ready } = queue.stats();
    await until(() => queue.stats().ready > ready + 1);
    for (const program of [one, two]) program.signal('SIGTERM');
    for (const program of [one, two]) await program.success();

    for (const { createdAt } of queue.jobs({ state: 'pending' })) tally.add(createdAt);
    expect(tally.early).toBe(0);
    expect(tally.next).toBe(ensureSchedule(db).nextFireAt);
  },
);

it('03 sees a boundary that fired twice', () => {
  const tally = new Tally(100);
  expect([100, 101, 101, 103].map((at) => tally.add(at))).toEqual([100, 101, 102, 103]);
  expect([tally.fired, tally.early, tally.next]).toEqual([4, 1, 104]);
});

it.skipIf(!hasProcessGroups)('04 ends on Ctrl-C and leaves nothing', async () => {
  const command = new Command(built('main'));
  await command.printed(/stands by/);
  command.pressCtrlC();
  expect(await command.ended, command.output).toBe(130);
  expect(command.output).not.toMatch(/error/i);
  expect(readdirSync(command.temporary)).toEqual([]);
});

it('05 leaves no process when it is killed itself', async () => {
  const command = new Command(built('main'));
  await command.printed(/stands by/);
  command.kill();
  await command.ended;
});

it('06 refuses a lease that is no number of seconds', async () => {
  const command = new Command(built('main'), ['soon']);
  expect(await command.ended).toBe(1);
  expect(command.output).toContain('lease must be 1 to 99 seconds, not soon');
});
