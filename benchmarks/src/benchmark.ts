import type { Measurement } from './measurement.js';
import type { Workspace } from './workspace.js';

/** What a benchmark is given. */
export interface Context {
  workspace: Workspace;
  /** Smaller files, fewer slices, shorter runs. */
  isQuick: boolean;
}

export interface Benchmark {
  /** What `--only` looks in. */
  name: string;
  run: (context: Context) => Promise<Measurement[]>;
}

/** Benchmarks that share a floor, under one heading of the table. */
export interface Section {
  title: string;
  benchmarks: readonly Benchmark[];
}
