import { scryptSync } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { platform } from 'node:process';
import type { Database } from '@honker/core';
import { expect, it } from 'vitest';
import { atEnd } from '../../../packages/core/test/cleanup.js';
import { Command, hasProcessGroups } from '../../../packages/core/test/command.js';
import { Program } from '../../../packages/core/test/program.js';
import { temporaryDirectory } from '../../../packages/core/test/temporary-database.js';
import { account, isExact } from '../src/account.js';
import { createTables, openAudit, openShop, orderStream } from '../src/shop.js';

const built = (name: string) => new URL(`../dist/${name}.js`, import.meta.url);

/** Both files of a shop, without any process. */
class Shop {
  readonly folder = temporaryDirectory();
  readonly shop = openShop(this.folder);
  readonly audit = openAudit(this.folder);

  constructor() {
    createTables(this.shop, this.audit);
    atEnd(() => this.shop.close());
    atEnd(() => this.audit.close());
  }

  run(name: string, ...args: string[]): Program {
    return new Program(built(name), [this.folder, ...args]);
  }

  /** What the auditor has written. */
  entries(): unknown[] {
    return this.audit.query('SELECT order_id, seal FROM entries ORDER BY id');
  }

  /** What it has to write: each order once, in order, sealed over the one before. */
  expectedEntries(): unknown[] {
    let seal = '';
    return orderStream(this.shop)
      .readSince(0, 1000)
      .map(({ payload }) => {
        seal = scryptSync(JSON.stringify(payload), seal, 16, { N: 512 }).toString('hex');
        return { order_id: payload.orderId, seal };
      });
  }

  /** Waits, from commit to commit, until a consumer has come so far. */
  async until(db: Database, consumer: string, offset: number): Promise<void> {
    const commits = db.updateEvents();
    while (orderStream(db).getOffset(consumer) < offset) await commits.next();
    await commits.return();
  }
}

it('01 gives each order to each consumer once, whatever is killed, and cleans up', async () => {
  const command = new Command(built('main'));
  expect(await command.ended, command.output).toBe(0);
  const killedAt = Number(/killed with SIGKILL, at offset (\d+)/.exec(command.output)?.[1]);
  expect(killedAt).toBeGreaterThanOrEqual(100);
  expect(killedAt).toBeLessThan(360);
  expect(command.output).toContain(`started again, behind offset ${killedAt}`);
  const [, total] = /the shop +360 +([\d.]+)/.exec(command.output) ?? [];
  for (const name of ['totals \\(fast\\)', 'report \\(late\\)']) {
    expect(command.output).toMatch(new RegExp(`${name} +360 +${total} `));
  }
  expect(command.output).toMatch(/audit \(slow\) +360 .* lost 0, doubled 0/);
  expect(readdirSync(command.temporary)).toEqual([]);
});

it.each([
  ['02', 'audit', 'audit', 'INSERT ON entries'],
  ['03', 'totals', 'shop', 'UPDATE ON totals'],
] as const)(
  '%s has a consumer, %s, whose work and offset are one',
  async (_n, name, file, work) => {
    const files = new Shop();
    const consumed = files[file];
    await files.run('publisher', '150').success();

    // Each of its two writes fails in turn, as a full disk would have it.
    for (const write of ['UPDATE ON _honker_stream_consumers', work]) {
      const offset = orderStream(consumed).getOffset(name);
      const fault = `SELECT CASE count(*) WHEN 1 THEN RAISE(ABORT, 'disk full') END
      FROM _honker_stream_consumers WHERE name = '${name}' AND offset = ${offset + 20}`;
      consumed.transaction((tx) => {
        tx.execute(`CREATE TRIGGER fault BEFORE ${write} BEGIN ${fault}; END`);
      });
      const { code, stderr } = await files.run(name).ended;
      expect([code, stderr]).toEqual([1, expect.stringContaining('disk full')]);
      expect(orderStream(consumed).getOffset(name)).toBe(offset + 20);
      consumed.transaction((tx) => tx.execute('DROP TRIGGER fault'));
    }

    const victim = files.run(name);
    await files.until(consumed, name, 60);
    await victim.kill();
    await files.run('publisher', '10').success(); // a fast one may have done all the others
    const survivor = files.run(name);
    await files.until(consumed, name, orderStream(files.shop).lastOffset());
    survivor.signal('SIGTERM');
    const { code, stderr } = await survivor.ended;
    expect(stderr).toBe('');
    if (platform !== 'win32') expect(code).toBe(0);

    const result = account(files.shop, files.audit);
    expect(result.orders.orders).toBe(144);
    if (name === 'totals') expect(result.totals).toEqual(result.orders);
    else expect(files.entries()).toEqual(files.expectedEntries());
  },
);

it('04 does not call it exact when an order is missing, twice, or in no total', () => {
  const sum = { orders: 2, cents: 30 };
  const exact = { orders: sum, totals: sum, report: sum, audited: 2, lost: 0, doubled: 0 };
  expect(isExact(exact)).toBe(true);
  for (const fault of [
    { audited: 1, lost: 1 },
    { audited: 3, doubled: 1 },
    { lost: 1, doubled: 1 },
    { totals: { orders: 2, cents: 20 } },
    { report: { orders: 1, cents: 30 } },
  ]) {
    expect(isExact({ ...exact, ...fault }), JSON.stringify(fault)).toBe(false);
  }
});

it.skipIf(!hasProcessGroups)('05 ends on Ctrl-C and leaves nothing', async () => {
  const command = new Command(built('main'));
  await command.printed(/killed with SIGKILL/);
  command.pressCtrlC();
  expect(await command.ended, command.output).toBe(130);
  expect(command.output).not.toMatch(/error/i);
  expect(readdirSync(command.temporary)).toEqual([]);
});

it('06 leaves no process when it is killed itself', async () => {
  const command = new Command(built('main'));
  await command.printed(/killed with SIGKILL/);
  command.kill();
  await command.ended;
});
