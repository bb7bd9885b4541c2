/**
 * Compiles and runs every example of the documentation, each as a program of its own, in a folder of its own,
 * against the built packages.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compile } from './compile.mjs';
import { readPage, readSource } from './examples.mjs';
import { exportsWithoutExample } from './exports.mjs';
import { brokenLinks, linkedFiles } from './links.mjs';
import { documentedPackages, filesIn, furtherPages, pages, root } from './places.mjs';
import { run } from './run.mjs';

/** The types are those of the oldest Node that honker runs on. */
const nodeTypes = join(root, 'node_modules/@types/node');
const require = createRequire(join(root, 'package.json'));
const examples = [
  ...pages.flatMap((page) => readPage(page)),
  ...documentedPackages.flatMap(({ folder, page }) =>
    filesIn(join(folder, 'src'), /\.ts$/).flatMap((file) => readSource(file, page)),
  ),
];
const directory = mkdtempSync(join(tmpdir(), 'honker-docs-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const missing = new Map(examples.map((example) => [example, missingModules(example)]));
const compiled = compile(
  examples.filter((example) => missing.get(example).length === 0),
  root,
  directory,
);

/** What only some runtimes have (node:sqlite), or what isn't installed here. */
function missingModules({ imports }) {
  const others = imports.filter((name) => !name.startsWith('.') && !name.startsWith('@honker/'));
  return others.filter((name) => !isThere(name));
}

function isThere(name) {
  const [, builtin] = /^\w+:(.*)$/.exec(name) ?? [];
  if (builtin !== undefined)
    return isBuiltin(name) && existsSync(join(nodeTypes, `${builtin}.d.ts`));
  try {
    require.resolve(name);
    return true;
  } catch (error) {
    // It is there, but for import alone.
    return error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}

describe.concurrent('examples', () => {
  for (const example of examples) {
    const name = `${relative(root, example.file)}:${example.line}`;
    const without = missing.get(example);
    if (without.length > 0) {
      it.skip(`${name} (needs ${without.join(', ')})`);
      continue;
    }
    const { path, errors } = compiled.get(example);
    const { noRun, printed } = example;
    it(noRun === undefined ? name : `${name} compiles (not run: ${noRun})`, async () => {
      if (errors.length > 0) throw new Error(errors.join('\n'));
      if (noRun === undefined) await run(path, printed);
    });
  }
});

it.each([...pages, ...furtherPages].map((page) => relative(root, page)))(
  'the links of %s lead somewhere',
  (page) => {
    expect(brokenLinks(join(root, page))).toEqual([]);
  },
);

it('the index leads to every page', () => {
  const index = join(root, 'docs/README.md');
  const linked = [index, ...linkedFiles(index)];
  expect(filesIn(dirname(index), /\.md$/).filter((page) => !linked.includes(page))).toEqual([]);
});

// What decorators and modules of Nest are given, and need of a database, is shown where it is given.
const shown = documentedPackages.filter(({ folder }) => !folder.endsWith('nestjs'));
it.each(shown.map(({ folder }) => relative(root, folder)))(
  'every public name of %s shows an example',
  (folder) => {
    expect(exportsWithoutExample(join(root, folder))).toEqual([]);
  },
);
