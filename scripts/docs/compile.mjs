/** Type-checks all examples by one program of the compiler's, and writes each as JavaScript. */
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

/** @type {import('typescript').CompilerOptions} */
const OPTIONS = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  sourceMap: true,
  noEmitOnError: false,
  // NestJS has it so.
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
};

/**
 * @param {import('./examples.mjs').Example[]} examples
 * @param {string} root the repository
 * @param {string} directory where the programs go
 * @returns {Map<import('./examples.mjs').Example, { path: string, errors: string[] }>}
 */
export function compile(examples, root, directory) {
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'), 'junction');
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  copyFileSync(new URL('finish.ts', import.meta.url), join(directory, 'finish.ts'));
  const compiled = new Map();
  const files = new Map();
  examples.forEach((example, index) => {
    const folder = join(directory, String(index));
    // With the compiler's slashes, by which it is asked for below.
    const source = join(folder, `${basename(example.file)}.ts`).replaceAll('\\', '/');
    mkdirSync(folder);
    writeFileSync(source, example.program);
    files.set(source, example);
    compiled.set(example, { path: source.replace(/\.ts$/, '.js'), errors: [] });
  });
  const program = ts.createProgram([join(directory, 'finish.ts'), ...files.keys()], {
    ...OPTIONS,
    rootDir: directory,
    typeRoots: [join(root, 'node_modules/@types')],
  });
  for (const diagnostic of ts.getPreEmitDiagnostics(program)) {
    const example = files.get(diagnostic.file?.fileName);
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
    if (example === undefined) throw new Error(`${diagnostic.file?.fileName}: ${message}`);
    const { line } = ts.getLineAndCharacterOfPosition(diagnostic.file, diagnostic.start ?? 0);
    compiled.get(example).errors.push(`${example.file}:${line + 1}: ${message}`);
  }
  program.emit(undefined, (path, text, _bom, _onError, sources) => {
    const example = files.get(sources?.[0]?.fileName);
    writeFileSync(path, path.endsWith('.map') && example ? pointAt(example.file, text) : text);
  });
  return compiled;
}

/** A source map that names the page in place of the program, whose lines are the page's. */
function pointAt(file, map) {
  return JSON.stringify({ ...JSON.parse(map), sources: [pathToFileURL(file).href] });
}
