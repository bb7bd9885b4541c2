import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const nest12 = fileURLToPath(new URL('test/nest-12/node_modules', import.meta.url));
if (!existsSync(`${nest12}/@nestjs`)) {
  throw new Error('Nest 12 is missing: npm run install:nest-12 -w @honker/nestjs');
}

/** Files, since a name would be left to Node, which looks from the tests' own folder. */
const fromNest12 = [
  { find: /^@honker\/nestjs$/, replacement: `${nest12}/@honker/nestjs/dist/esm/index.js` },
  { find: /^@honker\/nestjs\/(\w+)$/, replacement: `${nest12}/@honker/nestjs/dist/esm/$1.js` },
  { find: /^@nestjs\/(common|core|testing)$/, replacement: `${nest12}/@nestjs/$1/index.js` },
  { find: /^@nestjs\/terminus$/, replacement: `${nest12}/@nestjs/terminus/dist/index.js` },
  { find: /^(@nestjs\/core\/package\.json)$/, replacement: `${nest12}/$1` },
];

/** Everything runs with both: Nest 11, CommonJS, is this repository's; Nest 12, ESM, has a folder of its own. */
function project(nest: 'nest-11' | 'nest-12') {
  return {
    resolve: { alias: nest === 'nest-12' ? fromNest12 : [] },
    test: {
      name: nest,
      include: ['test/**/*.test.ts'],
      setupFiles: ['../core/test/leaks.ts'],
      provide: { nest },
      // A descriptor, thread or signal that a test counts is the whole process's.
      pool: 'forks' as const,
      // The built package, loaded by Node as an application's would be.
      server: { deps: { external: [/\/dist\/(esm|cjs)\//] } },
      testTimeout: 30_000,
    },
  };
}

export default defineConfig({
  test: {
    globalSetup: ['test/copy-to-nest-12.ts'],
    projects: [project('nest-11'), project('nest-12')],
  },
});
