import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { backends } from './watched.js';

const program = fileURLToPath(new URL('./programs/stress.mjs', import.meta.url));
const asked = Number(process.env.HONKER_STRESS_COMMITS ?? 0);

// Looks that nothing prompted come only each 400 ms, later than the bound: the kernel's events do it all.
const plans = { kernel: { commits: 3000, pollMs: 400 }, polling: { commits: 1000, pollMs: 1 } };

describe.each(backends)('the %s watcher', (backend) => {
  it('wakes everybody to the final state within 150 ms, whatever happens to the file', {
    timeout: 120_000 + asked * 10,
  }, async () => {
    const { commits, pollMs } = plans[backend];
    const { stdout } = await promisify(execFile)(process.execPath, [
      program,
      backend,
      String(asked || commits),
      String(pollMs),
    ]);
    if (asked) console.log(stdout);
    expect(JSON.parse(stdout)).toMatchObject({ missed: 0, late: 0 });
  });
});
