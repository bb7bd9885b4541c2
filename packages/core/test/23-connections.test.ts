import { beforeAll, describe, expect, it } from 'vitest';
import { check, contract, synchronousContract } from './connections/contract.ts';
import { kinds } from './connections/kinds.ts';
import { isInstalled, type Outcome, runContract, runtimes } from './connections/runtimes.js';

describe('better-sqlite3', () => {
  for (const [name, test] of Object.entries({ ...contract, ...synchronousContract })) {
    it(name, () => check(kinds['better-sqlite3'], test));
  }
});

describe('a connection that answers with promises', () => {
  for (const [name, test] of Object.entries(contract)) {
    it(name, () => check(kinds.promises, test));
  }
});

// npm run test:runtimes installs them, where it is Linux on x64.
for (const runtime of runtimes) {
  describe.runIf(isInstalled(runtime))(`${runtime.kind} on ${runtime.name}`, () => {
    let outcome: Outcome;

    beforeAll(async () => {
      outcome = await runContract(runtime);
    }, 150_000);

    it('comes to its end', () => expect(outcome.exit).toBe(''));

    for (const name of Object.keys({ ...contract, ...synchronousContract })) {
      it(name, () => {
        expect(outcome.errors.get(name)).toBeUndefined();
        expect([...outcome.errors.keys()]).toContain(name);
      });
    }
  });
}
