/** Builds the shop as its users would: CommonJS for Nest 11, ESM for Nest 12. Run from the shop's folder. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

rmSync('dist', { recursive: true, force: true }); // the tests put a node_modules into it
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
for (const [project, folder, type] of [
  ['tsconfig.cjs.json', 'dist/nest-11', 'commonjs'],
  ['tsconfig.json', 'dist/nest-12', 'module'],
]) {
  const { status } = spawnSync(process.execPath, [tsc, '-p', project], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/package.json`, `{ "type": "${type}" }\n`);
}
