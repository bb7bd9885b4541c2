/**
 * Installs Nest 12 for the tests, from the lockfile of its folder, unless that was done before. Run from the
 * package's folder, as `npm run install:nest-12`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const folder = 'test/nest-12';
const lock = readFileSync(`${folder}/package-lock.json`, 'utf8');
const mark = `${folder}/node_modules/.installed-lock.json`;
const isInstalled = existsSync(mark) && readFileSync(mark, 'utf8') === lock;

if (!isInstalled) {
  const { npm_execpath: npm } = process.env;
  if (!npm)
    throw new Error('run this as "npm run install:nest-12": it calls the npm that started it');
  const args = [npm, 'ci', '--prefix', folder, '--no-workspaces'];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(mark, lock);
}
