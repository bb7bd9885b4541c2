/** Runs the contract in whatever runtime runs this: a driver's name, and the address of the modules. */
import { contractOf, runContractTest } from '../contract/contract.mjs';
import { driverNamed } from '../contract/drivers.mjs';

const [name, address] = process.argv.slice(2);
const driver = driverNamed(name);
const modules = await import(address);
for (const [title, test] of contractOf(driver)) {
  let failure;
  try {
    await runContractTest(test, driver, modules);
  } catch (error) {
    failure = error.stack ?? String(error);
  }
  console.log(JSON.stringify({ title, failure }));
}
