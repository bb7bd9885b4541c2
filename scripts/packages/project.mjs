/** Empty projects that the tarballs are installed in, and what their users install beside them. */
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const programs = fileURLToPath(new URL('programs/', import.meta.url));
const ts = createRequire(import.meta.url)('typescript');

const common = {
  '@types/better-sqlite3': 'node_modules/@types/better-sqlite3',
  '@types/node': 'node_modules/@types/node',
  'reflect-metadata': 'node_modules/reflect-metadata',
  rxjs: 'node_modules/rxjs',
  hono: 'node_modules/hono',
};
const nest12 = 'packages/nestjs/test/nest-12/node_modules';

/**
 * The oldest and the newest of each peer that this repository installs. Linked, since npm would have to ask the
 * registry for 140 packages, and compile better-sqlite3 12 for over a minute.
 */
export const peers = {
  oldest: {
    ...common,
    'better-sqlite3': 'node_modules/better-sqlite3',
    'drizzle-orm': 'node_modules/drizzle-orm',
    kysely: 'node_modules/kysely',
    '@nestjs/common': 'node_modules/@nestjs/common',
    '@nestjs/core': 'node_modules/@nestjs/core',
    '@nestjs/terminus': 'node_modules/@nestjs/terminus',
  },
  newest: {
    ...common,
    'better-sqlite3': 'runtimes/node_modules/better-sqlite3',
    'drizzle-orm': 'packages/drizzle/node_modules/drizzle-orm-1',
    kysely: 'node_modules/kysely-029',
    '@nestjs/common': `${nest12}/@nestjs/common`,
    '@nestjs/core': `${nest12}/@nestjs/core`,
    '@nestjs/terminus': `${nest12}/@nestjs/terminus`,
    'reflect-metadata': `${nest12}/reflect-metadata`,
    rxjs: `${nest12}/rxjs`,
  },
};

/** A project with what `installed`, a node_modules folder, has of ours, these peers, and the programs. */
export function makeProject(folder, installed, peersOf) {
  cpSync(installed, join(folder, 'node_modules'), { recursive: true });
  for (const [name, path] of Object.entries(peersOf)) {
    const target = join(root, path);
    if (!existsSync(target)) throw new Error(`${path} is missing: run npm ci and npm test first`);
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link, 'junction');
  }
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  for (const format of ['module', 'commonjs']) writePrograms(join(folder, format), format);
}

/** The programs, and their JavaScript beside them, in a folder of ES or CommonJS modules. */
function writePrograms(folder, format) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: format }));
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: format === 'module' ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS,
    esModuleInterop: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  };
  for (const file of readdirSync(programs)) {
    copyFileSync(join(programs, file), join(folder, file));
    const { outputText } = ts.transpileModule(readFileSync(join(programs, file), 'utf8'), {
      compilerOptions,
      fileName: file,
    });
    writeFileSync(join(folder, file.replace('.ts', '.js')), outputText);
  }
}
