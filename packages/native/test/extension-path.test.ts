import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExtensionNotFoundError, extensionPath } from '@honker/native';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryDirectory } from './temporary-directory.js';

const suffix = { win32: 'dll', darwin: 'dylib' }[process.platform as string] ?? 'so';
const packageDirectory = fileURLToPath(new URL('..', import.meta.url));

afterEach(() => {
  vi.unstubAllEnvs();
});

function failure(): ExtensionNotFoundError {
  try {
    extensionPath();
  } catch (error) {
    return error as ExtensionNotFoundError;
  }
  throw new Error('extensionPath() found something');
}

describe('extensionPath()', () => {
  it('names a file that is there, called so that SQLite derives the entry point', () => {
    vi.stubEnv('HONKER_EXTENSION_PATH', '');
    expect(basename(extensionPath())).toBe(`libhonker_ext.${suffix}`);
    expect(existsSync(extensionPath())).toBe(true);
  });

  it('honours HONKER_EXTENSION_PATH, and makes a relative one absolute', () => {
    const chosen = join(temporaryDirectory(), 'other.so');
    writeFileSync(chosen, '');
    vi.stubEnv('HONKER_EXTENSION_PATH', chosen);
    expect(extensionPath()).toBe(chosen);
    vi.stubEnv('HONKER_EXTENSION_PATH', relative(process.cwd(), chosen));
    expect(extensionPath()).toBe(chosen);
  });

  it('says so when HONKER_EXTENSION_PATH names no file, and looks nowhere else', () => {
    const missing = join(temporaryDirectory(), 'missing.so');
    vi.stubEnv('HONKER_EXTENSION_PATH', missing);
    const error = failure();
    expect(error).toBeInstanceOf(ExtensionNotFoundError);
    expect(error).toMatchObject({
      name: 'ExtensionNotFoundError',
      code: 'HONKER_EXTENSION_NOT_FOUND',
      paths: [missing],
    });
    expect(error.message).toContain('HONKER_EXTENSION_PATH points there');
    expect(error.message).toContain(`${process.platform}-${process.arch}`);
  });

  for (const [format, load] of [
    [
      'an ES module',
      (at: string) => [
        '--input-type=module',
        '-e',
        `import { extensionPath } from '${at}/dist/esm/index.js'; extensionPath()`,
      ],
    ],
    [
      'CommonJS',
      (at: string) => [
        '--input-type=commonjs',
        '-e',
        `require('${at}/dist/cjs/index.js').extensionPath()`,
      ],
    ],
  ] as const) {
    it(`in a package without binaries, as ${format}: names the platform, the paths and the remedy`, () => {
      const copy = join(temporaryDirectory(), 'native');
      copyPackage(copy);
      const result = spawnSync(process.execPath, load(copy), {
        encoding: 'utf8',
        env: { ...process.env, HONKER_EXTENSION_PATH: '' },
      });
      const target = [
        process.platform,
        process.arch,
        ...(process.platform === 'linux' ? ['(glibc|musl)'] : []),
      ].join('-');
      expect(result.stderr).toMatch(
        new RegExp(`libhonker_ext\\.${suffix} was not found for ${target} `),
      );
      expect(result.stderr).toContain(join(copy, 'build', `libhonker_ext.${suffix}`));
      expect(result.stderr).toMatch(new RegExp(`prebuilds.${target}.libhonker_ext\\.${suffix}\n`));
      expect(result.stderr).toContain('npx honker-native build');
      expect(result.stderr).toContain('HONKER_EXTENSION_PATH may name');
    });
  }
});

/** What would be published, but for the binaries. */
function copyPackage(to: string): void {
  for (const part of ['dist', 'package.json']) {
    cpSync(join(packageDirectory, part), join(to, part), { recursive: true });
  }
}

describe('the package', () => {
  it('is required and imported alike', async () => {
    const required = createRequire(import.meta.url)(
      '@honker/native',
    ) as typeof import('@honker/native');
    const imported = await import('@honker/native');
    expect(Object.keys(required).sort()).toEqual(Object.keys(imported).sort());
    expect(required.extensionPath()).toBe(imported.extensionPath());
  });
});
