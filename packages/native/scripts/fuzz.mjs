/**
 * Fuzzes schedule expressions, the JSON reader and writer and the arguments of every SQL function, under
 * the address and undefined-behaviour sanitizers.
 *
 *   node scripts/fuzz.mjs                        the inputs that are kept in test/fuzz/corpus, then a fixed
 *                                                number from a fixed seed, with any compiler
 *   node scripts/fuzz.mjs <seconds> [target]     libFuzzer, that long each target or only this one: needs
 *                                                clang. Then keeps the fewest inputs that reach as much
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileProgram, packageDirectory } from './compiler.mjs';

const sqlTarget = (name, inputs) => ({
  files: [`test/fuzz/${name}.c`, 'test/fuzz/sql.c'],
  driver: ['test/fuzz/driver.c', 'test/fuzz/replay.c'],
  inputs,
});
/** @type {Record<string, { files: string[], driver: string[], inputs: number }>} the inputs of a short run, a few seconds each */
const targets = {
  cron: {
    files: ['test/cron/fuzz.c'],
    driver: ['test/cron/fuzz-driver.c', 'test/cron/random-schedule.c', 'test/fuzz/replay.c'],
    inputs: 400_000,
  },
  json: sqlTarget('json', 400_000),
  functions: sqlTarget('functions', 200_000),
};

const [seconds, target] = process.argv.slice(2);
const chosen = Object.entries(targets).filter(([name]) => target === undefined || name === target);
if (chosen.length === 0) {
  throw new Error(`the targets are ${Object.keys(targets).join(', ')}: there is no ${target}`);
}
const build = join(packageDirectory, 'build', 'fuzz');
mkdirSync(build, { recursive: true });
if (seconds !== undefined) process.env.CC = 'clang';

const require = createRequire(import.meta.url);
const sqlite = join(dirname(require.resolve('better-sqlite3/package.json')), 'deps/sqlite3');
const sqliteObject = join(build, 'sqlite3.o');
run(process.env.CC || 'cc', ['-O1', '-w', '-c', join(sqlite, 'sqlite3.c'), '-o', sqliteObject]);

const extension = readdirSync(join(packageDirectory, 'c'))
  .filter((name) => name.endsWith('.c'))
  .map((name) => join('c', name));

for (const [name, { files, driver }] of chosen) {
  const checks = seconds === undefined ? 'address,undefined' : 'fuzzer,address,undefined';
  compileProgram(
    join(build, name),
    [...files, ...(seconds === undefined ? driver : []), ...extension],
    [
      ...['-O1', '-g', `-fsanitize=${checks}`, '-fno-sanitize-recover=all'],
      ...['-isystem', sqlite],
      sqliteObject,
      ...['-Wl,--no-as-needed', '-lm', '-ldl'],
    ],
  );
}

for (const [name, { inputs }] of chosen) {
  const program = join(build, name);
  if (seconds === undefined) run(program, [String(inputs), '1', packed(name)]);
  else {
    const corpus = emptyDirectory(`${name}-corpus`);
    for (const [index, input] of kept(name).entries()) {
      writeFileSync(join(corpus, String(index)), input);
    }
    run(program, [`-max_total_time=${seconds}`, '-max_len=256', '-print_final_stats=1', corpus]);
    keep(name, program, corpus);
  }
  console.log(`${name}: nothing found`);
}

/** A line for each input, in base64. */
function corpusFile(target) {
  return join(packageDirectory, 'test', 'fuzz', 'corpus', `${target}.txt`);
}

function kept(target) {
  const lines = readFileSync(corpusFile(target), 'utf8').trimEnd().split('\n');
  return lines.map((line) => Buffer.from(line, 'base64'));
}

/** As the drivers read them: replay.h. */
function packed(target) {
  const file = join(build, `${target}-kept`);
  const inputs = kept(target).flatMap((input) => [
    Buffer.of(input.length & 0xff, input.length >> 8),
    input,
  ]);
  writeFileSync(file, Buffer.concat(inputs));
  return file;
}

function keep(target, program, corpus) {
  const fewest = emptyDirectory(`${target}-fewest`);
  run(program, ['-set_cover_merge=1', fewest, corpus]);
  const lines = readdirSync(fewest).map((name) => readFileSync(join(fewest, name), 'base64'));
  writeFileSync(corpusFile(target), `${lines.sort().join('\n')}\n`);
}

function emptyDirectory(name) {
  const directory = join(build, name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  return directory;
}

function run(command, args) {
  const { status, signal, error } = spawnSync(command, args, { stdio: 'inherit', cwd: build });
  if (status !== 0) throw error ?? new Error(`${command} ended with ${status ?? signal}`);
}
