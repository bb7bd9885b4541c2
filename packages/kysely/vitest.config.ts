import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['../core/test/leaks.ts'],
    // A descriptor, thread or signal that a test counts is the whole process's.
    pool: 'forks',
    // The built package, loaded by Node as an application's would be.
    server: { deps: { external: [/\/dist\/(esm|cjs)\//] } },
    testTimeout: 30_000,
  },
});
