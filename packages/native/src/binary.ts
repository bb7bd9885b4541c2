import { dirname, join, resolve } from 'node:path';
import { existsSync, packageDirectory } from './package-directory.cjs';
import { currentTarget } from './target.cjs';

/** Thrown when no binary for this machine is where one could be. */
export class ExtensionNotFoundError extends Error {
  readonly code = 'HONKER_EXTENSION_NOT_FOUND';
  /** Every path that was looked at, in order. */
  readonly paths: readonly string[];

  constructor(file: string, paths: readonly string[], remedy: string) {
    super(
      `honker's ${file} was not found for ${currentTarget()} (platform-architecture${
        process.platform === 'linux' ? '-libc' : ''
      }). Looked at:\n${paths.map((path) => `  ${path}\n`).join('')}${remedy}`,
    );
    this.name = 'ExtensionNotFoundError';
    this.paths = paths;
  }
}

const extensionFile = `libhonker_ext.${
  process.platform === 'win32' ? 'dll' : process.platform === 'darwin' ? 'dylib' : 'so'
}`;

/**
 * The path of honker's SQLite extension, to give to a driver's `loadExtension()`.
 *
 * `HONKER_EXTENSION_PATH` wins over everything; then comes what was built on this machine, then
 * the prebuilt one for it.
 *
 * @throws {ExtensionNotFoundError} naming the platform, the paths looked at and the remedy.
 *
 * @example
 * ```ts
 * import Database from 'better-sqlite3';
 * import { extensionPath } from '@honker/native';
 *
 * const db = new Database('app.db');
 * db.loadExtension(extensionPath());
 * db.prepare('SELECT honker_bootstrap()').get();
 * ```
 */
export function extensionPath(): string {
  const chosen = process.env.HONKER_EXTENSION_PATH;
  if (chosen) {
    const path = resolve(chosen);
    if (existsSync(path)) return path;
    throw new ExtensionNotFoundError(
      extensionFile,
      [path],
      'HONKER_EXTENSION_PATH points there: correct it, or unset it to use the binary of @honker/native.',
    );
  }
  return findBinary(extensionFile);
}

/** The path of the Node-API addon: beside the extension where that was chosen by hand. */
export function addonPath(): string {
  const chosen = process.env.HONKER_EXTENSION_PATH;
  const beside = chosen && join(dirname(resolve(chosen)), 'honker.node');
  return beside && existsSync(beside) ? beside : findBinary('honker.node');
}

function findBinary(file: string): string {
  const built = join(packageDirectory, 'build', file);
  if (existsSync(built)) return built;
  const prebuilt = join(packageDirectory, 'prebuilds', currentTarget(), file);
  if (existsSync(prebuilt)) return prebuilt;
  throw new ExtensionNotFoundError(
    file,
    [built, prebuilt],
    'There is no prebuilt binary for this machine, or the package was installed without its files. ' +
      'Reinstall @honker/native; or compile it here by "npx honker-native build", which needs a C ' +
      'compiler. HONKER_EXTENSION_PATH may name a file that you built elsewhere.',
  );
}
