/**
 * Checks what users get: packs every public package, lints the tarballs, installs them into an empty
 * project and runs and type-checks a small program against each, as ESM and as CommonJS. Run as
 * `npm run check:packages`.
 */
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programs } from './package-programs.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { npm_execpath: npm } = process.env;
if (!npm) throw new Error('run this as "npm run check:packages": it calls the npm that started it');

let passed = 0;
let failed = 0;

function check(name, body) {
  try {
    body();
    passed++;
    console.log(`ok    ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL  ${name}\n${error.message}`);
  }
}

/** Runs a script with this Node and fails with all it printed. */
function node(script, args, cwd) {
  const result = spawnSync(process.execPath, [script, ...args], { cwd, encoding: 'utf8' });
  if (result.error) throw result.error;
  if (result.status !== 0) {
    throw new Error(
      `ended with ${result.status ?? result.signal}\n${result.stdout}${result.stderr}`,
    );
  }
}

/** The file behind a command of an installed package, so that no shell is needed to run it. */
function binary(packageName, command) {
  const directory = join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  return join(directory, typeof bin === 'string' ? bin : bin[command]);
}

function pack({ name, directory }, destination) {
  mkdirSync(destination, { recursive: true });
  node(npm, ['pack', '--silent', '--pack-destination', destination], directory);
  const [file] = readdirSync(destination);
  if (!file) throw new Error(`npm packed nothing for ${name}`);
  return join(destination, file);
}

/**
 * What is installed beside our packages, linked to what this repository has of it: the driver compiles for
 * over a minute, and a link finds its dependencies where they are.
 */
const PEERS = [
  'better-sqlite3',
  '@types/better-sqlite3',
  '@types/node',
  'drizzle-orm',
  'kysely',
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-express',
  '@nestjs/testing',
  'reflect-metadata',
  'rxjs',
  'hono',
];

function linkPeers(project) {
  for (const name of PEERS) {
    const link = join(project, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    // npm has installed the peers that aren't optional.
    rmSync(link, { recursive: true, force: true });
    symlinkSync(join(root, 'node_modules', name), link, 'junction');
  }
}

function writeTypeCheck(project, name, options, file, source) {
  writeFileSync(join(project, file), source);
  const config = join(project, `${name}.json`);
  const compilerOptions = {
    target: 'es2022',
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    types: ['node'],
    ...options,
  };
  writeFileSync(config, JSON.stringify({ compilerOptions, files: [file] }));
  return config;
}

function checkInstalled(name, project) {
  const program = programs[name];
  const id = name.replace(/^@/, '').replace('/', '-');
  check(`${name}: its licences are in the tarball`, () => {
    for (const file of ['LICENSE', 'LICENSE-MIT', 'LICENSE-APACHE']) {
      readFileSync(join(project, 'node_modules', name, file));
    }
  });
  check(`${name}: there is a program to check it with`, () => {
    if (!program) throw new Error('add one to scripts/package-programs.mjs');
  });
  if (!program) return;

  const run = (file, source) => {
    writeFileSync(join(project, file), source);
    node(join(project, file), [], project);
  };
  const names = program.names.join(', ');
  check(`${name}: runs as ESM`, () =>
    run(`${id}.run.mjs`, `import { ${names} } from '${name}';\n${program.esm ?? ''}${program.run}`),
  );
  check(`${name}: runs as CommonJS`, () =>
    run(
      `${id}.run.cjs`,
      `const { ${names} } = require('${name}');\n${program.cjs ?? ''}${program.run}`,
    ),
  );

  const tsc = require.resolve('typescript/bin/tsc');
  const { skipLibCheck = false } = program;
  const nodenext = { module: 'nodenext', skipLibCheck };
  const bundler = { module: 'commonjs', moduleResolution: 'bundler', skipLibCheck };
  const kinds = [
    ['ESM, nodenext', `${id}.types.mts`, nodenext],
    ['CommonJS, nodenext', `${id}.types.cts`, nodenext],
    ['commonjs, bundler', `${id}.types.ts`, bundler],
  ];
  for (const [kind, file, options] of kinds) {
    check(`${name}: types (${kind})`, () => {
      const source = `import { ${names} } from '${name}';\n${program.types}`;
      node(tsc, ['-p', writeTypeCheck(project, file, options, file, source)], project);
    });
  }
}

const packages = readdirSync(join(root, 'packages'))
  .map((folder) => join(root, 'packages', folder))
  .map((directory) => ({
    directory,
    manifest: JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')),
  }))
  .filter(({ manifest }) => !manifest.private)
  .map(({ directory, manifest }) => ({ name: manifest.name, directory }));

const temporary = mkdtempSync(join(tmpdir(), 'honker-packages-'));
try {
  const tarballs = [];
  for (const each of packages) {
    check(`${each.name}: packs`, () => {
      const tarball = pack(each, join(temporary, 'tarballs', each.name));
      tarballs.push({ name: each.name, tarball });
    });
  }
  for (const { name, tarball } of tarballs) {
    check(`${name}: publint`, () =>
      node(binary('publint', 'publint'), ['--strict', tarball], root),
    );
    check(`${name}: attw`, () =>
      node(
        binary('@arethetypeswrong/cli', 'attw'),
        ['--no-color', '--profile', 'node16', tarball],
        root,
      ),
    );
  }
  const project = join(temporary, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
  check('the tarballs install into an empty project', () => {
    const files = tarballs.map(({ tarball }) => tarball);
    const options = ['--no-audit', '--no-fund', '--prefer-offline', '--legacy-peer-deps'];
    node(npm, ['install', ...options, ...files], project);
    linkPeers(project);
  });
  for (const { name } of tarballs) checkInstalled(name, project);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
