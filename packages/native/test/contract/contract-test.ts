import type { TestDatabase } from './test-database.js';

/** Registers one test of the contract: `run` gets a bootstrapped database of its own. */
export type ContractTest = (name: string, run: (db: TestDatabase) => Promise<void>) => void;
