import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createClient } from '@libsql/client';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { contractOf, runContractTest } from './contract/contract.mjs';
import { driverNamed } from './contract/drivers.mjs';
import { Installation, type Major } from './installation.js';

/** The contract on a driver that runs in this Node, with each version of Drizzle that has it. */
export function describeContract(name: string): void {
  const driver = driverNamed(name);
  describe.each([...driver.majors] as Major[])(`${name} in Drizzle %s`, (major) => {
    let installation: Installation;
    let modules: unknown;
    beforeAll(async () => {
      installation = new Installation(major);
      modules = await import(installation.modulesFor(name));
    });
    afterAll(() => installation.remove());
    if (driver.isAsync) {
      beforeAll(startThreads);
      // It closes a file when the last statement of it is collected.
      afterEach(collectGarbage);
    }
    for (const [title, test] of contractOf(driver)) {
      it(title, () => runContractTest(test, driver, modules));
    }
  });
}

/** Those of libsql are started by the first connection, and never end. */
async function startThreads(): Promise<void> {
  const client = createClient({ url: ':memory:' });
  await client.execute('SELECT 1');
  client.close();
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What awaited a statement keeps it for some turns of the event loop. */
async function collectGarbage(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) {
    await setImmediate();
    collect();
  }
}
