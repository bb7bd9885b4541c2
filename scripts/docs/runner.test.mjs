/** What is wrong with an example is found, and told with the line of the page. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compile } from './compile.mjs';
import { readPage, readSource } from './examples.mjs';
import { exportsWithoutExample } from './exports.mjs';
import { brokenLinks } from './links.mjs';
import { root } from './places.mjs';
import { run } from './run.mjs';

const SETUP = `<!-- setup
import { open } from '@honker/core';
import { finish } from '../finish.js';
const db = open('app.db');
const emails = db.queue<string>('emails');
-->
<!-- teardown
await finish(db);
-->
`;

const code = {
  sound: `import { open } from '@honker/core';
export const db = open('other.db');
const emails = db.queue('mails');
emails.enqueue(7);
export default emails;
console.log('a'); // => a
console.log('b', { n: 1 }); // => b { n: 1 }`,
  mistyped: `emails.enqueue('a');
emails.enqueue(1);`,
  throwing: `emails.enqueue('a');
throw new Error('no');`,
  failing: `emails.enqueue('a');
emails.work(() => { throw new Error('no'); });`,
  warning: `process.emitWarning('careful');`,
  endless: 'setInterval(() => {}, 1000);',
};

const directory = mkdtempSync(join(tmpdir(), 'honker-docs-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const page = join(directory, 'page.md');
const source = join(directory, 'source.ts');
const blocks = Object.values(code).map((text) => `\`\`\`ts\n${text}\n\`\`\`\n`);
writeFileSync(page, SETUP + blocks.join(''));
writeFileSync(
  source,
  `/**
 * \`\`\`ts
 * emails.enqueue(1);
 * \`\`\`
 * \`\`\`ts
 * async process(to: string) {
 *   emails.enqueue(to.length);
 * }
 * \`\`\`
 */
`,
);
mkdirSync(join(directory, 'programs'));
const examples = [...readPage(page), ...readSource(source, page)];
const compiled = [...compile(examples, root, join(directory, 'programs')).values()];
const [sound, mistyped, throwing, failing, warning, endless, ofSource, ofClass] = compiled;

/** The line of the page on which an example says this. */
function lineOf(text) {
  return (SETUP + blocks.join('')).split('\n').indexOf(text) + 1;
}

describe.concurrent('an example', () => {
  it('may declare, import and export what it likes beside its setup', async () => {
    expect(sound.errors).toEqual([]);
    await run(sound.path, examples[0].printed);
  });

  it('that prints something else, or in another order', async () => {
    expect(examples[0].printed).toEqual(['a', 'b { n: 1 }']);
    await expect(run(sound.path, ['a', 'c'])).rejects.toThrow('did not print "c"');
    await expect(run(sound.path, ['b { n: 1 }', 'a'])).rejects.toThrow('did not print "a"');
  });

  it('with a wrong type', () => {
    const line = lineOf('emails.enqueue(1);');
    expect(mistyped.errors).toEqual([expect.stringMatching(`^${page}:${line}: .*number`)]);
  });

  it('of a source, with a wrong type in what the setup of a page declares', () => {
    expect(ofSource.errors).toEqual([expect.stringMatching(`^${source}:3: .*number`)]);
  });

  it('of a source that is a part of a class', () => {
    expect(ofClass.errors).toEqual([expect.stringMatching(`^${source}:7: .*number`)]);
  });

  it('that throws', async () => {
    const line = lineOf("throw new Error('no');");
    await expect(run(throwing.path)).rejects.toThrow(`page.md:${line}:`);
  });

  it('whose handler throws', async () => {
    await expect(run(failing.path)).rejects.toThrow('jobs failed');
  });

  it('that warns', async () => {
    await expect(run(warning.path)).rejects.toThrow('careful');
  });

  it('that does not end', async () => {
    await expect(run(endless.path, [], 2000)).rejects.toThrow('did not end within 2000 ms');
  });

  it('that is not run, for no reason', () => {
    expect(() => readPage('p.md', '\n```ts no-run\n```\n')).toThrow(
      'p.md:2: write "no-run: <why>"',
    );
    expect(readPage('p.md', '```ts no-run: why\n```\n')[0]?.noRun).toBe('why');
  });

  it('without an end', () => {
    expect(() => readPage('p.md', '```ts\n')).toThrow('p.md:1: the block has no end');
    expect(() => readPage('p.md', '\n<!-- setup\n')).toThrow('p.md:2: the comment has no line');
  });
});

it('links that lead nowhere', () => {
  const linked = join(directory, 'linked.md');
  const links = '[a](gone.md) [b](#a-heading) [c](linked.md#no) [d](https://example.com)';
  writeFileSync(linked, `# \`A\` heading\n${links}\n`);
  expect(brokenLinks(linked)).toEqual(['gone.md', 'linked.md#no']);
});

it('public names without an example', () => {
  const folder = join(directory, 'package');
  mkdirSync(folder);
  const exports = {
    '.': { import: { types: './index.d.ts' } },
    './package.json': './package.json',
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', exports }));
  const shown = '/** @example f() */\nexport declare function f(): void;\n';
  const ofMember = 'export interface I {\n/** @example i.m() */\nm(): void;\n}\n';
  const passedOn = "export { f as g } from './other.js';\n";
  const none = 'export declare const c: number;\n';
  writeFileSync(join(folder, 'other.d.ts'), shown);
  writeFileSync(join(folder, 'index.d.ts'), shown + ofMember + passedOn + none);
  expect(exportsWithoutExample(folder)).toEqual(['c']);
});
