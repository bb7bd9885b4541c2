import type { Context } from '../benchmark.js';
import type { Unit } from '../measurement.js';
import type { Contestant } from './contestants.js';

export interface PeerContext extends Context {
  contestants: readonly Contestant[];
}

/** The same work, done by each contestant. */
export interface PeerBenchmark {
  /** What `--only` looks in. */
  name: string;
  run: (context: PeerContext) => Promise<PeerRow[]>;
}

/** One line of the table, a cell for each contestant, in their order. */
export interface PeerRow {
  name: string;
  unit: Unit;
  cells: readonly Cell[];
}

/** A number, or what went wrong. */
export type Cell = number | Failure;

export interface Failure {
  failure: string;
}

export function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'failure' in value;
}

/** So that what befalls one contestant doesn't end the others' work. */
export async function attempt<Result>(work: () => Promise<Result>): Promise<Result | Failure> {
  try {
    return await work();
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
