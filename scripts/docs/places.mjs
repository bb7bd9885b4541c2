/** Where the documentation is. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

export const packages = readdirSync(join(root, 'packages')).map((name) =>
  join(root, 'packages', name),
);

/** The pages in Markdown. */
export const pages = [
  join(root, 'README.md'),
  ...filesIn(join(root, 'docs'), /\.md$/),
  ...packages.map((folder) => join(folder, 'README.md')).filter((path) => existsSync(path)),
];

/** Pages for who works on honker, or looks at an example: only their links are checked. */
export const furtherPages = [
  join(root, 'CONTRIBUTING.md'),
  join(root, 'benchmarks/README.md'),
  ...readdirSync(join(root, 'examples'))
    .map((name) => join(root, 'examples', name, 'README.md'))
    .filter((path) => existsSync(path)),
];

/** The packages whose JSDoc examples run, too, with the setup of a page. */
export const documentedPackages = [
  { folder: join(root, 'packages/core'), page: join(root, 'packages/core/README.md') },
  ...['drizzle', 'kysely', 'nestjs', 'hono'].map((name) => ({
    folder: join(root, 'packages', name),
    page: join(root, 'docs', `${name}.md`),
  })),
];

/** @returns {string[]} */
export function filesIn(folder, pattern) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => join(folder, name));
}
