import type { Account } from './accounting.js';
import { counted } from './counted.js';
import { VISIBILITY_TIMEOUT_S } from './databases.js';
import type { Style } from './style.js';

const LABEL_WIDTH = 14;
const VALUE_WIDTH = 10;

/** The table at the end, and what is to be said about it, in 80 columns. */
export function describe(account: Account, style: Style): string {
  const { orders, handled, unconfirmed, handledTwice, jobsPerS, wakesUs } = account;
  const row = (label: string, value: string, note: string) =>
    `  ${label.padEnd(LABEL_WIDTH)}${value.padStart(VALUE_WIDTH)}   ${style.dim(note)}`;
  const lost = row('lost', count(unconfirmed), 'orders without a confirmation');
  return [
    row('orders', count(orders), 'each committed together with its confirmation job'),
    row('jobs handled', count(handled), 'confirmations written, to a second file'),
    unconfirmed === 0 ? style.good(lost) : style.bad(lost),
    row('handled twice', count(handledTwice), 'see below'),
    row(
      'jobs/s',
      jobsPerS === null ? '–' : count(Math.round(jobsPerS)),
      'claimed, confirmed, acked, while importing went on',
    ),
    row('wake p50', wake(wakesUs, 0.5), "from just before COMMIT to the handler's first line"),
    row(
      'wake p99',
      wake(wakesUs, 0.99),
      `of ${counted(wakesUs.length, 'order')}, each sent to an empty queue`,
    ),
    '',
    style.dim(explainTwice(account)),
  ].join('\n');
}

/** Of a run that came to its end: fails if anything was lost. */
export function exitCodeOf({ unconfirmed }: Account): number {
  return unconfirmed === 0 ? 0 : 1;
}

/** What was done and what was left when somebody pressed Ctrl-C. */
export function describeInterrupted({ orders, unconfirmed, queued }: Account): string {
  return (
    `  Stopped cleanly: ${counted(orders, 'order')} committed, ` +
    `${count(orders - unconfirmed)} confirmed, ${counted(queued, 'job')} queued.`
  );
}

function explainTwice({ handledTwice, takenOver }: Account): string {
  if (takenOver === 0) return '  Jobs run at least once. This time, the killed worker held none.';
  return (
    `  Jobs run at least once. The killed worker held ${counted(takenOver, 'job')}; when the lease ran out,\n` +
    `  after ${VISIBILITY_TIMEOUT_S} s, another one took over. Of these, ${count(handledTwice)} had been confirmed but not acked.`
  );
}

function wake(ascendingUs: number[], share: number): string {
  if (ascendingUs.length === 0) return '–';
  return `${(percentile(ascendingUs, share) / 1000).toFixed(2)} ms`;
}

/** The nearest rank. */
function percentile(ascending: number[], share: number): number {
  return ascending[Math.ceil(ascending.length * share) - 1] ?? 0;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
