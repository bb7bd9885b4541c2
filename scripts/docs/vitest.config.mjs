import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*.test.mjs'],
    // Each example is a process, and waits as much as it computes.
    maxConcurrency: 2 * availableParallelism(),
    testTimeout: 60_000,
  },
});
