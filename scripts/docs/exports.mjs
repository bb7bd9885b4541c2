/** Which public names show no example. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

/**
 * @param {string} folder a built package
 * @returns {string[]} its exports without an `@example`, of their own or of a member
 */
export function exportsWithoutExample(folder) {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const entries = Object.values(exports).flatMap(({ import: entry }) =>
    entry ? join(folder, entry.types) : [],
  );
  const program = ts.createProgram(entries, {
    noLib: true,
    types: [],
    module: ts.ModuleKind.NodeNext,
  });
  const checker = program.getTypeChecker();
  const names = entries.flatMap((entry) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry));
    return checker.getExportsOfModule(module).map((symbol) => original(checker, symbol));
  });
  // Another package's, passed on, is that one's to document.
  const own = [...new Set(names)].filter((symbol) => resolve(fileOf(symbol)).startsWith(folder));
  return own.filter((symbol) => !hasExample(checker, symbol)).map(({ name }) => name);
}

function original(checker, symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function fileOf(symbol) {
  return symbol.declarations?.[0]?.getSourceFile().fileName ?? '';
}

function hasExample(checker, symbol) {
  const all = [symbol, ...(symbol.members?.values() ?? [])];
  return all.some((each) => each.getJsDocTags(checker).some(({ name }) => name === 'example'));
}
