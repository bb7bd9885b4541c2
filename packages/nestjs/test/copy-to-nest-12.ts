import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

declare module 'vitest' {
  interface ProvidedContext {
    nest: 'nest-11' | 'nest-12';
  }
}

/**
 * Puts this package where Nest 12 is installed, as npm would: a copy, since Node would follow a link back to
 * here, and find Nest 11.
 */
export function setup(): void {
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const copy = at('nest-12/node_modules/@honker/nestjs');
  rmSync(copy, { recursive: true, force: true });
  for (const path of ['package.json', 'dist']) {
    cpSync(at(`../${path}`), `${copy}/${path}`, { recursive: true });
  }
  cpSync(at('programs'), at('nest-12/node_modules/programs'), { recursive: true });
}
