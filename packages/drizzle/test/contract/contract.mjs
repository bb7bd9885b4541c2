import { atomicity } from './atomicity.mjs';
import { loops, waiting } from './loops.mjs';
import { misuse, promises } from './misuse.mjs';
import { Subject } from './subject.mjs';

/**
 * What holds on every driver: names, and functions that are given a Subject.
 *
 * @returns {(readonly [name: string, test: (subject: any) => unknown])[]}
 */
export function contractOf(driver) {
  return [...atomicity, ...misuse, ...(driver.isAsync ? waiting : promises), ...loops];
}

/** Runs one test of the contract on a database of its own. */
export async function runContractTest(test, driver, modules) {
  const subject = new Subject(driver, modules);
  try {
    await subject.open();
    await test(subject);
  } finally {
    await subject.close();
  }
}
