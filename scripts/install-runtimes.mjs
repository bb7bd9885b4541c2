/**
 * Installs what `runtimes/` names, from its lockfile, unless that was done before: other runtimes and compilers
 * than the repository's own, 500 MB of them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../runtimes/', import.meta.url));
const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
const mark = join(folder, 'node_modules/.installed-lock.json');
const isInstalled = existsSync(mark) && readFileSync(mark, 'utf8') === lock;

if (!isInstalled) {
  const { npm_execpath: npm } = process.env;
  if (!npm) throw new Error('run this through npm: it calls the npm that started it');
  const args = [npm, 'ci', '--prefix', folder, '--no-workspaces'];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(mark, lock);
}
