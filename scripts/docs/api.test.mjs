/** The API reference is built without a warning, and shows what users may use. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { filesIn, packages, root } from './places.mjs';

const typedoc = join(dirname(createRequire(import.meta.url).resolve('typedoc')), '../bin/typedoc');
const directory = mkdtempSync(join(tmpdir(), 'honker-api-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

beforeAll(async () => {
  const args = [typedoc, '--html', directory, '--json', join(directory, 'api.json')];
  // A warning is an error: see typedoc.jsonc.
  await promisify(execFile)(process.execPath, args, { cwd: root }).catch(({ stdout, stderr }) => {
    throw new Error(`${stdout}${stderr}`);
  });
}, 300_000);

it('begins with the README', () => {
  const [, , paragraph] = readFileSync(join(root, 'README.md'), 'utf8').split('\n');
  expect(readFileSync(join(directory, 'index.html'), 'utf8')).toContain(paragraph);
});

it('has a page for every entry point of every package', () => {
  const entries = packages.flatMap((folder) => {
    const { name, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const paths = Object.keys(exports).filter((path) => !path.endsWith('.json'));
    return paths.map((path) => name.replace(/\W/g, '_') + path.slice(1).replace('/', '.'));
  });
  expect(entries).toContain('_honker_core.testing');
  const pages = readdirSync(join(directory, 'modules'));
  expect(pages.sort()).toEqual(entries.map((entry) => `${entry}.html`).sort());
});

it('has every page of docs/', () => {
  expect(readdirSync(join(directory, 'documents'))).toHaveLength(
    filesIn(join(root, 'docs'), /\.md$/).length,
  );
});

it('shows nothing that is private, protected or internal', () => {
  const shown = reflectionsIn(JSON.parse(readFileSync(join(directory, 'api.json'), 'utf8')));
  expect(shown.map(({ name }) => name)).toContain('enqueueTx');
  const hidden = shown.filter(
    ({ flags, comment }) =>
      flags.isPrivate || flags.isProtected || comment?.modifierTags?.includes('@internal'),
  );
  expect(hidden.map(({ name }) => name)).toEqual([]);
});

function reflectionsIn({ children = [] }) {
  return children.flatMap((child) => [child, ...reflectionsIn(child)]);
}
