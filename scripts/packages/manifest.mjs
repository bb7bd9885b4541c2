/** What npm, bundlers and the registry's pages read of a package.json. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { peers, root } from './project.mjs';

/** A range is a promise, so it is said a second time. */
const PEER_RANGES = {
  'better-sqlite3': '^12 || ^13',
  // The second half lets prereleases of 1.0 in.
  'drizzle-orm': '>=0.45 <2 || ^1.0.0-rc.1',
  kysely: '^0.28 || ^0.29',
  '@nestjs/common': '^11 || ^12',
  '@nestjs/core': '^11 || ^12',
  '@nestjs/terminus': '^11 || ^12',
  'reflect-metadata': '^0.1.12 || ^0.2.0',
  rxjs: '^7.1.0',
  hono: '^4.6.0',
};

export function checkManifest(manifest, folder) {
  assert.deepEqual(manifest.engines, { node: '>=20.19' });
  assert.equal(manifest.license, 'MIT OR Apache-2.0');
  assert.equal(manifest.type, 'module');
  assert.equal(manifest.sideEffects, false);
  assert.deepEqual(manifest.publishConfig, { access: 'public' });
  assert.ok(manifest.description, 'it has no description');
  assert.ok(manifest.keywords?.includes('sqlite'), 'it has no keywords');
  // A registry refuses provenance where this isn't the repository that the package was built in.
  if (manifest.repository) assert.equal(manifest.repository.directory, `packages/${folder}`);
  for (const script of ['preinstall', 'install', 'postinstall']) {
    assert.equal(manifest.scripts?.[script], undefined, 'npm 12 runs no install scripts');
  }
}

/** Each range is the promised one, and what is tested is in it, by the rules of this npm. */
export function checkPeers({ peerDependencies = {} }, npm) {
  const { satisfies } = createRequire(npm)('semver');
  for (const [name, range] of Object.entries(peerDependencies)) {
    assert.equal(range, PEER_RANGES[name], `the range of ${name}`);
    for (const age of ['oldest', 'newest']) {
      const file = join(root, peers[age][name], 'package.json');
      if (!existsSync(file)) throw new Error(`${file} is missing`);
      const { version } = JSON.parse(readFileSync(file, 'utf8'));
      assert.ok(
        satisfies(version, range),
        `${name} ${version}, which is tested, isn't in ${range}`,
      );
    }
  }
}
