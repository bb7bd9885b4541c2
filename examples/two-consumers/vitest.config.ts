import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['../../packages/core/test/leaks.ts'],
    // A descriptor, thread or signal that a test counts is the whole process's.
    pool: 'forks',
    testTimeout: 60_000,
  },
});
