/** Runs the contract through the ways of connecting that are named, and prints a line of JSON for each test. */
import { argv } from 'node:process';
import { type ContractTest, check, contract, synchronousContract } from './contract.ts';
import { type KindName, kinds } from './kinds.ts';

async function report(name: string, kind: KindName, test: ContractTest): Promise<void> {
  let error: string | undefined;
  try {
    await check(kinds[kind], test);
  } catch (thrown) {
    error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  }
  console.log(JSON.stringify({ name, error }));
}

const kind = argv[2] as KindName;
for (const [name, test] of Object.entries({ ...contract, ...synchronousContract })) {
  await report(name, kind, test);
}
