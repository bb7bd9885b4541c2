/** What a tarball holds: what its sources compile to and the texts, and no more. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const TEXTS = ['LICENSE', 'LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'package.json'];

/** What several entry points import. */
const SHARED = /^dist\/(esm|cjs)\/shared-[\w-]+\.js$/;

/** What a package ships beside its TypeScript, as patterns of paths. */
const MORE = {
  '@honker/native': [
    /^prebuilds\/[a-z0-9-]+\/((lib)?honker_ext\.(so|dylib|dll)|honker\.node)$/,
    /^(c|addon|vendor)\/[\w./-]+\.(c|h|def)$/,
    /^vendor\/[\w-]+\/LICENSE$/,
    /^bin\/[\w-]+\.m?js$/,
    /^scripts\/[\w-]+\.mjs$/,
  ],
};

/** Packed sizes in KB that nobody has to think about: a quarter more than each had, and 8 platforms for native. */
const LIMITS_KB = {
  '@honker/native': 900,
  '@honker/core': 180,
  '@honker/drizzle': 50,
  '@honker/kysely': 40,
  '@honker/nestjs': 80,
  '@honker/hono': 50,
};

/** @param {string} directory of the package; @param manifest its package.json; @param tarball what `npm pack --json` says of it */
export function checkContents(directory, { exports }, { name, size, files }) {
  const compiled = compiledFiles(join(directory, 'src'), exports);
  const expected = new Set([...TEXTS, 'dist/cjs/package.json', ...compiled]);
  const paths = files.map(({ path }) => path);
  const isAllowed = (path) =>
    expected.has(path) || SHARED.test(path) || MORE[name]?.some((each) => each.test(path));
  const problems = [
    ...paths.filter((path) => !isAllowed(path)).map((path) => `not for users: ${path}`),
    ...[...expected].filter((path) => !paths.includes(path)).map((path) => `missing: ${path}`),
  ];
  if (problems.some((line) => line.includes('dist/'))) {
    problems.push('dist is what is left of an earlier build? remove it, and build again');
  }
  const limitKb = LIMITS_KB[name];
  if (limitKb === undefined) problems.push('scripts/packages/contents.mjs has no limit for it');
  else if (size > limitKb * 1024) problems.push(`${kb(size)} KB packed: over its ${limitKb} KB`);
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

/** The sizes of what a tarball holds, as lines: `dist/esm/*.js`, say, together; the rest one by one. */
export function listContents({ name, size, unpackedSize, files }, isLong) {
  const groups = new Map();
  for (const { path, size } of files) {
    const group = isLong ? path : path.replace(/^(dist\/\w+)\/.*?(\.d\.c?ts|\.c?js)$/, '$1/*$2');
    const { count = 0, bytes = 0 } = groups.get(group) ?? {};
    groups.set(group, { count: count + 1, bytes: bytes + size });
  }
  const total = `${name}: ${kb(size)} KB packed, ${kb(unpackedSize)} KB in ${files.length} files`;
  const lines = [...groups].map(
    ([group, { count, bytes }]) =>
      `${kb(bytes).padStart(9)} KB  ${group}${count > 1 ? ` (${count})` : ''}`,
  );
  return [total, ...lines].join('\n');
}

/** Declarations and .cts of each module; of the code, a file an entry point. */
function compiledFiles(sources, exports) {
  const files = [];
  for (const { import: esm, require: cjs } of Object.values(exports)) {
    if (esm) files.push(esm.default.slice(2), cjs.default.slice(2));
  }
  for (const entry of readdirSync(sources, { recursive: true })) {
    const path = entry.replaceAll('\\', '/');
    const [, stem, c] = /^(.*)\.(c?)ts$/.exec(path) ?? [];
    if (stem === undefined) continue;
    for (const format of ['esm', 'cjs']) {
      files.push(`dist/${format}/${stem}.d.${c}ts`);
      if (c) files.push(`dist/${format}/${stem}.cjs`);
    }
  }
  return files;
}

function kb(bytes) {
  return (bytes / 1024).toFixed(1);
}
