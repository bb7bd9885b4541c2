import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Gives the ESM build a node_modules with Nest 12, which is installed in a folder of @honker/nestjs, and a copy
 * of @honker/nestjs itself: Node would follow a link to where it finds Nest 11.
 */
export function setup(): void {
  const nest12 = at('../../../packages/nestjs/test/nest-12/node_modules');
  if (!existsSync(`${nest12}/@nestjs`)) {
    throw new Error('Nest 12 is missing: npm run install:nest-12 -w @honker/nestjs');
  }
  const modules = at('../dist/nest-12/node_modules');
  rmSync(modules, { recursive: true, force: true });
  mkdirSync(`${modules}/@honker`, { recursive: true });
  for (const name of readdirSync(nest12)) {
    if (name !== '@honker') symlinkSync(`${nest12}/${name}`, `${modules}/${name}`, 'junction');
  }
  for (const path of ['package.json', 'dist']) {
    cpSync(at(`../../../packages/nestjs/${path}`), `${modules}/@honker/nestjs/${path}`, {
      recursive: true,
    });
  }
}
