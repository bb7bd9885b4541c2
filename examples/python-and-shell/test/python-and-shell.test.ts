import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { extensionPath } from '@honker/native';
import { describe, expect, it } from 'vitest';
import { atEnd } from '../../../packages/core/test/cleanup.js';
import { Command, hasProcessGroups } from '../../../packages/core/test/command.js';
import { Program } from '../../../packages/core/test/program.js';
import { temporaryDirectory } from '../../../packages/core/test/temporary-database.js';
import { databasePath, openOffice, sendMails } from '../src/office.js';
import { missing, python, shell, shellArguments } from '../src/tools.js';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const main = new URL('../dist/main.js', import.meta.url);
const skipped = missing.length > 0 ? ` (skipped: ${missing.join('; ')})` : '';

function openDatabase() {
  const folder = temporaryDirectory();
  const db = openOffice(folder);
  atEnd(() => db.close());
  const path = databasePath(folder);
  const end = (command: string, args: string[]) => {
    const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  return {
    db,
    python: (program: string) =>
      end(python ?? '', [file(`../python/${program}`), path, extensionPath()]),
    shell: (script: string) =>
      end(shell ?? '', shellArguments(path, `.read '${file(`../shell/${script}`)}'`)),
    /** Has a write of somebody else fail. */
    fault: (write: string) =>
      db.transaction((tx) => {
        tx.execute(`CREATE TRIGGER fault BEFORE ${write} BEGIN SELECT RAISE(ABORT, 'fault'); END`);
      }),
    heal: () => db.transaction((tx) => tx.execute('DROP TRIGGER fault')),
  };
}

describe.skipIf(skipped)(`with Python and the sqlite3 shell${skipped}`, () => {
  it('01 does all of it, and cleans up', async () => {
    const command = new Command(main);
    expect(await command.ended, command.output).toBe(0);
    for (const line of [
      'python      mail 2: sent to bob@example.com',
      `python      stream 'sent', offset 2: {"invoice":2,"kind":"invoice"}`,
      'sqlite3     [{"queue":"mails","ready":0,"scheduled":0,"processing":0,"dead":1,',
      'sqlite3     address mended, requeued as mail 4',
      'typescript  mail 5 sent',
      'typescript  the forecasts are 140 and 74',
      'each mail sent once, nothing left',
    ]) {
      expect(command.output).toContain(`  ${line}`);
    }
    expect(readdirSync(command.temporary)).toEqual([]);
  });

  it("02 Python's row and its job are one", () => {
    const office = openDatabase();
    office.fault('INSERT ON _honker_live');
    expect(office.python('invoices.py')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('fault'),
    });
    expect(office.db.query('SELECT * FROM invoices')).toEqual([]);
  });

  it("03 Python's result and its ack are one", () => {
    const office = openDatabase();
    const forecasts = office.db.queue('forecasts');
    const id = forecasts.enqueue({ turnover: [1, 2, 3] });
    office.fault('DELETE ON _honker_live');
    expect(office.python('forecasts.py')).toMatchObject({ status: 1 });
    expect(office.db.getResult(id)).toBeUndefined();
    expect(forecasts.getJob(id)).toMatchObject({ state: 'processing', attempts: 1 });
  });

  it('04 a job that Python cannot do is dead after its attempts, and says why', () => {
    const office = openDatabase();
    const forecasts = office.db.queue('forecasts', { maxAttempts: 2 });
    const good = forecasts.enqueue({ turnover: [10, 20] });
    forecasts.enqueue({ turnover: [1] });
    expect(office.python('forecasts.py')).toMatchObject({ status: 0, stderr: '' });
    expect(office.db.getResult(good)).toBe(30);
    expect(forecasts.dead.list()).toMatchObject([
      { attempts: 2, lastError: 'linear regression requires at least two data points' },
    ]);
  });

  it('05 the shell mends and requeues in one transaction', () => {
    const office = openDatabase();
    const mails = office.db.queue('mails');
    office.db.transaction((tx) => {
      tx.execute(`INSERT INTO invoices (email, cents) VALUES ('carol at example.com', 1)`);
      mails.enqueueTx(tx, { invoice: 1, kind: 'invoice' });
    });
    mails.claimOne('test')?.fail('not an address');

    office.fault('DELETE ON _honker_dead');
    expect(office.shell('repair.sql').status).not.toBe(0);
    const emails = () => office.db.query('SELECT email FROM invoices');
    expect(emails()).toEqual([{ email: 'carol at example.com' }]);
    expect(mails.stats()).toMatchObject({ ready: 0, dead: 1 });

    office.heal();
    expect(office.shell('repair.sql')).toMatchObject({ status: 0, stderr: '' });
    expect(emails()).toEqual([{ email: 'carol@example.com' }]);
    expect(mails.claimOne('test')?.payload).toEqual({ invoice: 1, kind: 'invoice' });
  });

  it("06 the worker's mail and its ack are one", async () => {
    const office = openDatabase();
    office.db.transaction((tx) => {
      tx.execute(`INSERT INTO invoices (email, cents) VALUES ('bob@example.com', 1)`);
      office.db.queue('mails').enqueueTx(tx, { invoice: 1, kind: 'invoice' });
    });
    office.fault('DELETE ON _honker_live');
    const worker = sendMails(office.db);
    await new Promise((resolve) => worker.on('failed', resolve).on('error', resolve));
    await worker.stop();
    expect(office.db.query('SELECT * FROM sent')).toEqual([]);
    expect(office.db.stream('sent').lastOffset()).toBe(0);
  });

  it.skipIf(!hasProcessGroups)('07 ends on Ctrl-C and leaves nothing', async () => {
    const command = new Command(main);
    await command.printed(/mail 1/);
    command.pressCtrlC();
    expect(await command.ended, command.output).toBe(130);
    expect(command.output).not.toMatch(/ended with|Traceback| at .*:\d+/);
    expect(readdirSync(command.temporary)).toEqual([]);
  });
});

it('08 says what to install where a tool is missing', async () => {
  const command = new Command(main, [], { PATH: temporaryDirectory() });
  expect(await command.ended).toBe(1);
  expect(command.output).toContain('apt-get install sqlite3');
  expect(readdirSync(command.temporary)).toEqual([]);
});

it('09 tells where the extension is', async () => {
  const program = new Program(new URL('../dist/extension-path.js', import.meta.url), []);
  const { stdout } = await program.success();
  expect(stdout.trim()).toBe(extensionPath());
  expect(existsSync(stdout.trim())).toBe(true);
});
