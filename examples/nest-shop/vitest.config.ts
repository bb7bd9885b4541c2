import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/install-into-nest-12.ts'],
    testTimeout: 60_000,
  },
});
