/**
 * First sends the paths of its threads; then { total, at, withheld } whenever a wake shows a total that is
 * new. Arguments: database, backend, pollMs.
 */
import { watchTotal } from './watch-total.mjs';
import { threadsOf, withheldNs } from './withheld.mjs';

const [path, backend, pollMs] = process.argv.slice(2);
const threads = threadsOf(() => {
  watchTotal(path, { backend, pollMs: Number(pollMs) }, (total, at) =>
    process.send({ total, at: String(at), withheld: String(withheldNs(threads)) }),
  );
});
process.send(threads);
process.once('disconnect', () => process.exit());
