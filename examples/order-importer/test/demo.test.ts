import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { createDatabases } from '../src/databases.js';
import { readOrders } from '../src/orders-csv.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const ORDERS = fileURLToPath(new URL('../data/orders.csv', import.meta.url));
const hasProcessGroups = process.platform !== 'win32';

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'order-importer-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The first orders of the file that ships, in one of their own. */
function someOrders(directory: string, count: number): string {
  const rows = readOrders(ORDERS)
    .slice(0, count)
    .map(({ id }) => `${id},2026-01-01T00:00:00Z,"Doe, ""Jo""",jo@example.com,Teapot,1,3450`);
  const file = join(directory, 'some-orders.csv');
  const header = 'id,ordered_at,customer,email,item,quantity,price_cents';
  writeFileSync(file, `${[header, ...rows].join('\r\n')}\r\n`);
  return file;
}

/** A demo process, and what all of its processes have printed. */
class Run {
  readonly process: ChildProcess;
  readonly temporary = temporaryDirectory();
  output = '';
  #isClosed = false;
  readonly #seen = new Set<() => void>();
  /** When the last process that holds its output has ended, whoever started it. */
  readonly closed: Promise<number | null>;

  constructor(args: string[]) {
    this.process = spawn(process.execPath, [MAIN, ...args], {
      detached: hasProcessGroups,
      env: { ...process.env, TMPDIR: this.temporary, TEMP: this.temporary },
    });
    onTestFinished(() => {
      if (hasProcessGroups && !this.#isClosed) process.kill(-this.#pid, 'SIGKILL');
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        for (const look of this.#seen) look();
      });
    }
    this.closed = once(this.process, 'close').then(([code]) => {
      this.#isClosed = true;
      return code as number | null;
    });
  }

  /** Waits until it prints a text that matches. */
  async printed(pattern: RegExp): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (pattern.test(this.output)) resolve();
      };
      this.#seen.add(look);
      this.closed.then(() => reject(new Error(`ended without ${pattern}:\n${this.output}`)));
      look();
    });
  }

  /** As a terminal does it: to every process. */
  pressCtrlC(): void {
    process.kill(-this.#pid, 'SIGINT');
  }

  get #pid(): number {
    if (this.process.pid === undefined) throw new Error('the demo was not started');
    return this.process.pid;
  }

  row(label: string): number {
    const match = new RegExp(`^ {2}${label} +([\\d.,]+)`, 'm').exec(this.output);
    return Number(match?.[1]?.replaceAll(',', ''));
  }
}

it('01 imports every order, loses none to the murder, and cleans up; again and again', async () => {
  const file = someOrders(temporaryDirectory(), 600);
  for (const workers of ['2', '1']) {
    const run = new Run(['--file', file, '--workers', workers]);
    expect(await run.closed, run.output).toBe(0);
    expect(run.output).toContain('worker 1 (pid ');
    expect(run.output).toContain(`worker ${Number(workers) + 1} (pid `);
    expect(run.row('orders')).toBe(600);
    expect(run.row('lost')).toBe(0);
    expect(run.row('jobs handled')).toBe(600 + run.row('handled twice'));
    expect(run.row('jobs/s')).toBeGreaterThan(0);
    expect(run.row('wake p50')).toBeGreaterThan(0);
    expect(run.row('wake p99')).toBeGreaterThanOrEqual(run.row('wake p50'));
    expect(run.output).toMatch(/of 60 orders, each sent to an empty queue/);
    expect(readdirSync(run.temporary)).toEqual([]);
  }
});

it('02 prints at most a line a second, and no control characters, where there is no terminal', async () => {
  const startedAt = performance.now();
  const run = new Run(['--file', someOrders(temporaryDirectory(), 600)]);
  await run.closed;
  const seconds = (performance.now() - startedAt) / 1000;
  expect(run.output).not.toContain('\r');
  expect(run.output).not.toContain('\u001B');
  const lines = run.output
    .split('\n')
    .filter((line) => /\d of \d+ (imported|confirmed)/.test(line));
  expect(lines.length).toBeGreaterThanOrEqual(3);
  expect(lines.length).toBeLessThanOrEqual(seconds + 3); // the last one of each phase
});

it.skipIf(!hasProcessGroups)('03 drains on Ctrl-C and leaves nothing', async () => {
  const run = new Run([]);
  await run.printed(/[1-9][\d,]* of 19,700 confirmed/);
  run.pressCtrlC();
  expect(await run.closed, run.output).toBe(130);
  expect(run.output).toMatch(/Stopped cleanly: [1-9][\d,]* orders committed, .* jobs? queued/);
  expect(run.output).not.toContain('error');
  expect(readdirSync(run.temporary)).toEqual([]);
});

it.skipIf(!hasProcessGroups)('04 stops on Ctrl-C before its processes have started', async () => {
  const run = new Run([]);
  await run.printed(/one worker to be killed/);
  run.pressCtrlC();
  expect(await run.closed, run.output).toBe(130);
  expect(readdirSync(run.temporary)).toEqual([]);
});

it('05 leaves no orphan when it is killed itself', async () => {
  const run = new Run([]);
  await run.printed(/[1-9][\d,]* of 19,700 confirmed/);
  run.process.kill('SIGKILL');
  await run.closed;
});

it.each(['worker', 'producer'])(
  '06 has a %s that ends when the demo dies while it starts',
  async (name) => {
    const folder = temporaryDirectory();
    createDatabases(folder);
    const script = fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url));
    const child = fork(script, [folder, name === 'worker' ? '1' : ORDERS, '300']);
    onTestFinished(() => void child.kill('SIGKILL'));
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  },
);

it('07 fails when a process ends that should not, and keeps the files', async () => {
  const run = new Run([]);
  await run.printed(/worker 3 \(pid \d+\) started/);
  process.kill(Number(/worker 3 \(pid (\d+)\) started/.exec(run.output)?.[1]), 'SIGKILL');
  expect(await run.closed).toBe(1);
  expect(run.output).toContain('error: worker 3 ended with SIGKILL');
  const [kept] = readdirSync(run.temporary);
  expect(run.output).toContain(`The databases are kept in ${join(run.temporary, String(kept))}`);
});

it.each([
  [
    '08',
    'a file that is missing',
    ['--file', 'no-such.csv'],
    /cannot read .*no-such\.csv: there is no such file/,
  ],
  [
    '09',
    'no number of workers',
    ['--workers', 'two'],
    /--workers must be a whole number from 1 to 32, not "two"/,
  ],
  [
    '10',
    'no workers',
    ['--workers', '0'],
    /--workers must be a whole number from 1 to 32, not "0"/,
  ],
  ['11', 'an option that there is not', ['--fast'], /Unknown option '--fast'/],
])('%s says clearly: %s', async (_number, _name, args, message) => {
  const run = new Run(args);
  expect(await run.closed).toBe(2);
  expect(run.output).toMatch(message);
  expect(run.output).not.toContain('    at ');
  expect(readdirSync(run.temporary)).toEqual([]);
});

it('12 helps', async () => {
  const run = new Run(['--help']);
  expect(await run.closed).toBe(0);
  expect(run.output).toContain('--file');
});
