import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The name by which each major version of Drizzle is installed here. */
const DRIZZLE = { '0.45': 'drizzle-orm', '1.0': 'drizzle-orm-1' } as const;

export type Major = keyof typeof DRIZZLE;

const require = createRequire(import.meta.url);
const packageDirectory = join(import.meta.dirname, '..');

/**
 * An application's folder, in which the built package is installed beside one version of Drizzle: both import the
 * same `drizzle-orm`, as they do in an application.
 */
export class Installation {
  readonly directory = mkdtempSync(join(tmpdir(), 'honker-installation-'));

  constructor(major: Major) {
    const own = join(this.directory, 'node_modules', '@honker', 'drizzle');
    cpSync(join(packageDirectory, 'dist'), join(own, 'dist'), { recursive: true });
    cpSync(join(packageDirectory, 'package.json'), join(own, 'package.json'));
    this.#link('drizzle-orm', dirname(require.resolve(DRIZZLE[major])));
    this.#link('@honker/core', dirname(require.resolve('@honker/core/package.json')));
  }

  #link(name: string, target: string): void {
    const link = join(this.directory, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link, 'junction');
  }

  /** Writes a module with all that the contract needs, and returns its address. */
  modulesFor(driver: string): string {
    const file = join(this.directory, `${driver}.installation.mjs`);
    writeFileSync(
      file,
      `export { drizzle } from 'drizzle-orm/${driver}';
       export { sql } from 'drizzle-orm';
       export { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
       export { honkerDrizzle, honkerTables } from '@honker/drizzle';\n`,
    );
    return pathToFileURL(file).href;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
