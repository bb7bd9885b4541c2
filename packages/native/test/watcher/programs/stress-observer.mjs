/** Sends { total, at } whenever a wake shows a total that is new. Arguments: database, backend, pollMs. */
import { watchTotal } from './watch-total.mjs';

const [path, backend, pollMs] = process.argv.slice(2);
watchTotal(path, { backend, pollMs: Number(pollMs) }, (total, at) =>
  process.send({ total, at: String(at) }),
);
process.send('ready');
process.once('disconnect', () => process.exit());
