import type { Database } from '@honker/core';

/** What the two files tell when everybody has come to the end of the stream. */
export interface Account {
  orders: Sum;
  totals: Sum;
  report: Sum;
  audited: number;
  /** Orders without an entry of the auditor. */
  lost: number;
  /** Entries too many. */
  doubled: number;
}

export interface Sum {
  orders: number;
  cents: number;
}

/** Counts. */
export function account(shop: Database, audit: Database): Account {
  const sum = (sql: string): Sum => shop.query<Sum & object>(sql)[0] ?? { orders: 0, cents: 0 };
  const placed = shop.query<{ id: number }>('SELECT id FROM orders').map(({ id }) => id);
  const entries = audit.query<{ id: number }>('SELECT order_id AS id FROM entries');
  const audited = new Set(entries.map(({ id }) => id));
  return {
    orders: sum('SELECT count(*) AS orders, sum(cents) AS cents FROM orders'),
    totals: sum('SELECT sum(orders) AS orders, sum(cents) AS cents FROM totals'),
    report: sum('SELECT orders, cents FROM reports'),
    audited: entries.length,
    lost: placed.filter((id) => !audited.has(id)).length,
    doubled: entries.length - audited.size,
  };
}

/** Whether every consumer has each order once. */
export function isExact({ orders, totals, report, audited, lost, doubled }: Account): boolean {
  const isAll = (sum: Sum) => sum.orders === orders.orders && sum.cents === orders.cents;
  return isAll(totals) && isAll(report) && audited === orders.orders && lost + doubled === 0;
}

/** The table at the end. */
export function describe(result: Account): string {
  const { orders, totals, report, audited, lost, doubled } = result;
  const row = (name: string, events: number, cents: number | undefined, note: string) =>
    `  ${name.padEnd(18)}${String(events).padStart(8)}${euros(cents).padStart(12)}   ${note}`;
  return [
    `  ${''.padEnd(18)}${'orders'.padStart(8)}${'turnover'.padStart(12)}`,
    row('the shop', orders.orders, orders.cents, 'committed, each with its event'),
    row('totals (fast)', totals.orders, totals.cents, 'saved with its offset, in the same file'),
    row(
      'audit (slow)',
      audited,
      undefined,
      `killed in the middle: lost ${lost}, doubled ${doubled}`,
    ),
    row('report (late)', report.orders, report.cents, 'read from the first event on'),
  ].join('\n');
}

function euros(cents: number | undefined): string {
  return cents === undefined ? '' : (cents / 100).toFixed(2);
}
