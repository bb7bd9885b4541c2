/**
 * Names in each package's package.json the repository that the workflow runs in: provenance is refused where the two
 * differ, and the links of a package's README lead there. A part of `npm run release`; nothing of it is committed.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
if (!server || !name) {
  throw new Error(
    'packages are published by .github/workflows/release.yml; elsewhere, set GITHUB_SERVER_URL and GITHUB_REPOSITORY',
  );
}

const packages = fileURLToPath(new URL('../packages/', import.meta.url));
for (const folder of readdirSync(packages)) {
  const file = `${packages}${folder}/package.json`;
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const url = `git+${server}/${name}.git`;
  manifest.repository = { type: 'git', url, directory: `packages/${folder}` };
  writeFileSync(file, `${JSON.stringify(manifest, undefined, 2)}\n`);
}
