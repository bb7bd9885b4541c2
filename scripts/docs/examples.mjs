/**
 * Finds the examples of the documentation: the `ts` blocks of Markdown pages and of JSDoc comments. Each
 * becomes the text of a program whose lines are at the numbers that they have in the file they come from,
 * so that what the compiler and a stack trace say leads there.
 */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

/**
 * @typedef {object} Example
 * @property {string} file Where it stands.
 * @property {number} line The line of its fence, from 1.
 * @property {string} program
 * @property {string | undefined} noRun Why it isn't run.
 * @property {string[]} imports The modules that it imports.
 * @property {string[]} printed Lines that it prints, in this order: what stands behind `// =>` in it.
 *
 * @typedef {{ lines: string[], start: number }} Comment `start` is the index of its first line.
 */

const FENCE = /^```(\w*) *(.*)$/;

/**
 * The examples of a page. `<!-- setup … -->` holds what runs before each example that follows, up to the next
 * such comment, and `<!-- teardown … -->` what runs after it; an example may shadow the setup's names, and
 * import what it imports.
 *
 * @param {string} file
 * @param {string} [text]
 * @returns {Example[]}
 */
export function readPage(file, text = readFileSync(file, 'utf8')) {
  const lines = text.split('\n');
  /** @type {Record<string, Comment>} */
  const comments = { setup: { lines: [], start: 0 }, teardown: { lines: [], start: 0 } };
  const examples = [];
  for (let index = 0; index < lines.length; index++) {
    const [, kind] = /^<!-- (setup|teardown)$/.exec(lines[index]) ?? [];
    const [, language, options] = FENCE.exec(lines[index]) ?? [];
    if (kind !== undefined) {
      const end = lines.indexOf('-->', index);
      if (end < 0) throw new Error(`${file}:${index + 1}: the comment has no line "-->"`);
      comments[kind] = { lines: lines.slice(index + 1, end), start: index + 1 };
      index = end;
    } else if (language !== undefined) {
      const end = lines.indexOf('```', index + 1);
      if (end < 0) throw new Error(`${file}:${index + 1}: the block has no end`);
      if (language === 'ts') {
        const block = { lines: lines.slice(index + 1, end), start: index + 1 };
        examples.push({
          ...assemble(comments.setup, block, comments.teardown.lines),
          noRun: readOptions(`${file}:${index + 1}`, options),
          file,
          line: index + 1,
        });
      }
      index = end;
    }
  }
  return examples;
}

/** @returns {string | undefined} why it isn't run. */
function readOptions(place, options) {
  if (options === '') return undefined;
  const [, reason] = /^no-run: (.+)$/.exec(options) ?? [];
  if (reason === undefined) throw new Error(`${place}: write "no-run: <why>", not "${options}"`);
  return reason;
}

/**
 * The examples in the comments of a TypeScript source, with the setup and the teardown of the page `page`.
 *
 * @param {string} file
 * @param {string} page
 * @returns {Example[]}
 */
export function readSource(file, page) {
  const setup = readComment(page, 'setup').join(' ');
  const teardown = readComment(page, 'teardown');
  const lines = readFileSync(file, 'utf8').split('\n');
  const examples = [];
  for (let index = 0; index < lines.length; index++) {
    const [fence, options] = /^ *\* ```ts *(.*)$/.exec(lines[index]) ?? [];
    if (fence === undefined) continue;
    const end = lines.findIndex((line, at) => at > index && /^ *\* ```$/.test(line));
    const code = lines
      .slice(index + 1, end)
      .map((line) => line.replace(/^ *\* ?/, (prefix) => ' '.repeat(prefix.length)));
    // The first line of a source is no example's, so all of the setup has room there.
    const program = assemble(
      { lines: [setup], start: 0 },
      { lines: isMember(code) ? inClass(code) : code, start: index + 1 },
      teardown,
    );
    const noRun = readOptions(`${file}:${index + 1}`, options);
    examples.push({ ...program, noRun, file, line: index + 1 });
    index = end;
  }
  return examples;
}

/** Whether it is a part of a class, and no statement: a decorated method, a constructor. */
function isMember(code) {
  return parse(code.join('\n')).parseDiagnostics.length > 0;
}

function inClass(code) {
  return [
    `class Example { ${code[0]}`,
    ...code.slice(1, -1),
    `${code.length > 1 ? code.at(-1) : ''} }`,
  ];
}

/** @returns {string[]} */
function readComment(page, kind) {
  const [, text] =
    new RegExp(`^<!-- ${kind}\\n(.*?)^-->$`, 'ms').exec(readFileSync(page, 'utf8')) ?? [];
  return text?.trimEnd().split('\n') ?? [];
}

/**
 * The program of an example. The example is a block of its own, so that it may declare what the setup
 * declares; its imports stay in front.
 *
 * @param {Comment} setup
 * @param {Comment} example
 * @param {string[]} teardown
 */
function assemble(setup, example, teardown) {
  const block = parse(example.lines.join('\n'));
  const imports = block.statements.filter(ts.isImportDeclaration);
  const names = new Set(imports.flatMap((statement) => importedNames(statement)));
  const setupText = withoutImports(parse(setup.lines.join('\n')), names);
  const program = [];
  const isAlone = setupText === '' && teardown.length === 0;
  program[setup.start] = setupText;
  program[example.start] = isAlone ? block.text : asBlock(block, imports.at(-1)?.end ?? 0);
  const text = joinAtLines(program);
  const all = [...imports, ...parse(setupText).statements.filter(ts.isImportDeclaration)];
  return {
    program: isAlone ? text : `${text}\n${teardown.join('\n')}\n}\n`,
    printed: Array.from(block.text.matchAll(/\/\/ => (.*)$/gm), ([, line]) => line),
    imports: [...new Set(all.map(({ moduleSpecifier }) => moduleSpecifier.text))],
  };
}

/** @param {string[]} texts each at the index of its first line. */
function joinAtLines(texts) {
  const lines = [];
  texts.forEach((text, index) => {
    while (lines.length < index) lines.push('');
    lines.push(...text.split('\n'));
  });
  return lines.join('\n');
}

function parse(text) {
  return ts.createSourceFile('example.ts', text, ts.ScriptTarget.Latest, true);
}

function importedNames({ importClause: clause }) {
  const bindings = clause?.namedBindings;
  const named = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
  const namespace = bindings && ts.isNamespaceImport(bindings) ? [bindings] : [];
  return [clause, ...named, ...namespace].flatMap((each) => each?.name?.text ?? []);
}

/** The text without the imports of `names`, and with as many lines. */
function withoutImports(source, names) {
  let text = source.text;
  for (const statement of source.statements.filter(ts.isImportDeclaration).reverse()) {
    const bindings = statement.importClause?.namedBindings;
    if (!bindings || !ts.isNamedImports(bindings)) continue;
    const kept = bindings.elements.filter((element) => !names.has(element.name.text));
    const list = `{ ${kept.map((element) => element.getText()).join(', ')} }`;
    text = text.slice(0, bindings.getStart()) + list + text.slice(bindings.end);
  }
  return text;
}

/** Opens a block after the imports, in which nothing may be exported. Its end is the teardown's. */
function asBlock(source, importsEnd) {
  let text = source.text;
  for (const statement of [...source.statements].reverse()) {
    if (ts.isExportAssignment(statement)) {
      const expression = statement.expression.getStart();
      text = `${text.slice(0, statement.getStart())}void ${text.slice(expression)}`;
    }
    for (const modifier of statement.modifiers ?? []) {
      if (modifier.kind !== ts.SyntaxKind.ExportKeyword) continue;
      text = text.slice(0, modifier.getStart()) + text.slice(modifier.end);
    }
  }
  return `${text.slice(0, importsEnd)} {${text.slice(importsEnd)}`;
}
