import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*.test.mjs'],
    // Each example is a process, and most of what it does is to start.
    maxConcurrency: availableParallelism(),
    testTimeout: 60_000,
  },
});
