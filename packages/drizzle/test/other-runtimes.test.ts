import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractOf } from './contract/contract.mjs';
import { drivers } from './contract/drivers.mjs';
import { Installation, type Major } from './installation.js';
import { isInstalled, type Outcome, type Runtime, runContract } from './runtimes/runtime.js';

const elsewhere = drivers.flatMap((driver) =>
  driver.majors.map((major) => ({
    driver,
    name: driver.name,
    major: major as Major,
    runtime: driver.runtime as Runtime,
  })),
);

for (const each of elsewhere.filter(({ driver }) => driver.runtime !== 'node')) {
  const { driver, name, major, runtime } = each;
  describe.runIf(isInstalled(runtime))(`${name} in Drizzle ${major}, on ${runtime}`, () => {
    let installation: Installation;
    let outcome: Outcome;

    beforeAll(async () => {
      installation = new Installation(major);
      outcome = await runContract(runtime, name, installation.modulesFor(name));
    }, 150_000);
    afterAll(() => installation.remove());

    it('comes to its end', () => expect(outcome.exit).toBe(''));

    for (const [title] of contractOf(driver)) {
      it(title, () => {
        expect([...outcome.failures.keys()]).toContain(title);
        expect(outcome.failures.get(title)).toBeUndefined();
      });
    }
  });
}
