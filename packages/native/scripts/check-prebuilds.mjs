/** Before a release: refuses to publish a tarball that lacks a binary of any target. */
import { execFileSync } from 'node:child_process';
import { packageDirectory } from './compiler.mjs';
import { releasedFiles } from './prebuild-targets.mjs';

const json = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
  cwd: packageDirectory,
  encoding: 'utf8',
});
const [{ files, size }] = JSON.parse(json);
const packed = new Map(files.map((file) => [file.path, file.size]));
for (const file of releasedFiles) {
  if (packed.has(file)) console.log(`${file}: ${packed.get(file)} bytes`);
}
const missing = releasedFiles.filter((file) => !packed.get(file));
if (missing.length > 0) {
  console.error(
    `the tarball of @honker/native would lack:\n${missing.map((file) => `  ${file}\n`).join('')}` +
      'The release workflow builds them all (CONTRIBUTING.md, "Releasing").',
  );
  process.exitCode = 1;
} else {
  console.log(`tarball: ${size} bytes`);
}
