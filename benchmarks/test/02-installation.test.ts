import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../packages/core/test/temporary-database.js';
import { installPeers } from '../src/peers/installation.js';

/** A folder that asks for a package and has no lock file, so that npm refuses before it asks anybody. */
function folderWanting(version: string): string {
  const folder = temporaryDirectory();
  const dependencies = { 'honker-absent-peer': version };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  return folder;
}

function put(folder: string, version: string): void {
  const directory = join(folder, 'node_modules', 'honker-absent-peer');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ version }));
}

test('says what npm said when it could not install the peers', async () => {
  expect(await installPeers(folderWanting('1.0.0'))).toMatch(/^npm could not install it: .*EUSAGE/);
});

test('asks npm for nothing when all is there', async () => {
  const folder = folderWanting('1.0.0');
  put(folder, '1.0.0');
  expect(await installPeers(folder)).toBeUndefined();
});

test('takes another version for not installed', async () => {
  const folder = folderWanting('1.0.0');
  put(folder, '0.9.0');
  expect(await installPeers(folder)).toContain('EUSAGE');
});
