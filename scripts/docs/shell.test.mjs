/** Runs what the pages say in other languages than TypeScript: the sqlite3 shell and Python, where they are. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { open } from '@honker/core';
import { extensionPath } from '@honker/native';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pages, root } from './places.mjs';

const directory = mkdtempSync(join(tmpdir(), 'honker-shell-'));
const options = { cwd: directory, encoding: 'utf8' };
beforeAll(() => {
  const db = open(join(directory, 'app.db'));
  db.queue('emails').enqueue({ to: 'alice@example.com' });
  db.close();
  copyFileSync(extensionPath(), join(directory, basename(extensionPath())));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** @returns {{ place: string, code: string }[]} */
function blocksOf(language) {
  return pages.flatMap((page) => {
    const text = readFileSync(page, 'utf8');
    const blocks = text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'));
    return Array.from(blocks, ({ 1: code, index }) => {
      const line = text.slice(0, index).split('\n').length;
      return { place: `${relative(root, page)}:${line}`, code };
    });
  });
}

/** The first of these programs that does what it must. */
function find(programs, args) {
  return programs.find((program) => {
    try {
      execFileSync(program, args, { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

describe('the sqlite3 shell', () => {
  const shell = find(['sqlite3'], ['--version']);
  const blocks = blocksOf('sh').filter(({ code }) => code.startsWith('sqlite3'));
  it.skipIf(shell === undefined).each(blocks)('$place', ({ code }) => {
    execFileSync('sh', ['-ec', code], options);
  });
});

describe('Python', () => {
  const extensions = 'import sqlite3; sqlite3.connect(":memory:").enable_load_extension(True)';
  const python = find(['python3', '/usr/bin/python3'], ['-c', extensions]);
  it.skipIf(python === undefined).each(blocksOf('python'))('$place', ({ code }) => {
    const printed = Array.from(code.matchAll(/# => (.*)$/gm), ([, line]) => line);
    expect(execFileSync(python, ['-c', code], options).trimEnd().split('\n')).toEqual(printed);
  });
});

describe('npm', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const runs = blocksOf('sh').flatMap(({ place, code }) =>
    Array.from(code.matchAll(/npm run ([\w:]+)(?!.* -w )/g), ([, script]) => ({ place, script })),
  );
  it.each(runs)('$place: npm run $script', ({ script }) => {
    expect(Object.keys(scripts)).toContain(script);
  });
});
