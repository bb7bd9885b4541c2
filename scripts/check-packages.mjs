/**
 * Checks what users get: packs every public package, looks at what the tarballs hold, lints them, installs them
 * into an empty project, and type-checks and runs a program against each, with every compiler and runtime that
 * is promised. Run as `npm run check:packages`; with `-- --list`, it only packs, and lists each file.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkContents, listContents } from './packages/contents.mjs';
import { checkManifest, checkPeers } from './packages/manifest.mjs';
import { makeProject, peers, root } from './packages/project.mjs';
import { check, inTwos, node, skip, summary } from './packages/report.mjs';
import { programRuns } from './packages/runs.mjs';
import { findRuntimes } from './packages/runtimes.mjs';
import { typeChecks } from './packages/types.mjs';

const { npm_execpath: npm } = process.env;
if (!npm) throw new Error('run this as "npm run check:packages": it calls the npm that started it');
const isListOnly = process.argv.includes('--list');

const packages = readdirSync(join(root, 'packages'))
  .map((folder) => {
    const directory = join(root, 'packages', folder);
    const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    return { folder, directory, manifest, name: manifest.name };
  })
  .filter(({ manifest }) => !manifest.private);

const temporary = mkdtempSync(join(tmpdir(), 'honker-packages-'));
try {
  const tarballs = await pack(join(temporary, 'tarballs'));
  for (const { contents } of tarballs) console.log(listContents(contents, isListOnly));
  if (!isListOnly) {
    await check('the runtimes and compilers install', () =>
      node(join(root, 'scripts/install-runtimes.mjs'), [], root),
    );
    for (const each of tarballs) await checkTarball(each);
    await inTwos(tarballs.flatMap(lint));
    await checkInstalled(tarballs.map(({ tarball }) => tarball));
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
process.exitCode = summary() ? 0 : 1;

async function pack(destination) {
  mkdirSync(destination);
  const tarballs = [];
  const packOne = (each) => () =>
    check(`${each.name}: packs`, async () => {
      const args = ['pack', '--json', '--silent', '--pack-destination', destination];
      const stdout = await node(npm, args, each.directory);
      const [contents] = JSON.parse(stdout.slice(stdout.indexOf('[\n')));
      tarballs.push({ ...each, contents, tarball: join(destination, contents.filename) });
    });
  await inTwos(packages.map(packOne));
  return tarballs.sort((a, b) => a.name.localeCompare(b.name));
}

async function checkTarball({ name, folder, directory, manifest, contents }) {
  await check(`${name}: holds what users need, and no more`, () =>
    checkContents(directory, manifest, contents),
  );
  await check(`${name}: package.json`, () => checkManifest(manifest, folder));
  await check(`${name}: peers`, () => checkPeers(manifest, npm));
}

function lint({ name, tarball }) {
  const attw = ['--no-color', '--profile', 'node16', tarball];
  return [
    () =>
      check(`${name}: publint`, () =>
        node(binary('publint', 'publint'), ['--strict', tarball], root),
      ),
    () => check(`${name}: attw`, () => node(binary('@arethetypeswrong/cli', 'attw'), attw, root)),
  ];
}

/** The file behind a command of an installed package, so that no shell is needed to run it. */
function binary(packageName, command) {
  const directory = join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  return join(directory, typeof bin === 'string' ? bin : bin[command]);
}

async function checkInstalled(tarballs) {
  if (tarballs.length < packages.length) return;
  const installation = join(temporary, 'installation');
  const projects = { oldest: join(temporary, 'oldest'), newest: join(temporary, 'newest') };
  const isInstalled = await check('the tarballs install into an empty project', async () => {
    mkdirSync(installation);
    writeFileSync(join(installation, 'package.json'), '{ "private": true }\n');
    const options = ['--no-audit', '--no-fund', '--prefer-offline', '--legacy-peer-deps'];
    await node(npm, ['install', ...options, ...tarballs], installation);
    for (const [age, project] of Object.entries(projects)) {
      makeProject(project, join(installation, 'node_modules'), peers[age]);
    }
  });

  if (!isInstalled) return;

  // native first: what fails there fails in the others, too.
  const names = ['native', 'core', 'drizzle', 'kysely', 'nestjs', 'hono'];
  await check('there is a program for each package', () => {
    const unchecked = packages.filter(({ folder }) => !names.includes(folder));
    if (unchecked.length > 0) throw new Error(unchecked.map(({ name }) => name).join(', '));
  });
  const { found, missing } = findRuntimes();
  const runs = found.flatMap((runtime) => programRuns(runtime, projects, names, check));
  await inTwos([...typeChecks(projects.oldest, check), ...runs]);
  for (const name of missing) {
    // Optional to npm, so that other machines can install the rest: it doesn't say when one is missing here.
    if (process.platform !== 'linux' || process.arch !== 'x64') skip(`${name}: for Linux on x64`);
    else
      await check(`${name} is installed`, () =>
        Promise.reject(new Error('rm -r runtimes/node_modules')),
      );
  }
}
