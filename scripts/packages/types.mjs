/** Type-checks the programs against the installed packages, with three compilers, as different users set them up. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.mjs';
import { execute } from './report.mjs';

const compilers = {
  5.9: 'runtimes/node_modules/typescript-5.9',
  6: 'node_modules/typescript',
  7: 'runtimes/node_modules/typescript-7',
};

const kinds = {
  nodenext: { folders: ['module', 'commonjs'], options: { module: 'nodenext' } },
  // With TypeScript 5.9 that means the resolution of old, which reads no `exports`.
  commonjs: { folders: ['commonjs'], options: { module: 'commonjs', esModuleInterop: true } },
  bundler: {
    folders: ['module'],
    options: { module: 'esnext', moduleResolution: 'bundler', verbatimModuleSyntax: true },
  },
};

const rest = ['native', 'core', 'kysely', 'nestjs', 'hono'];
/**
 * What is wrong in its declarations is let pass, and there alone (0.45.4: 75 errors in those of mysql-core,
 * singlestore-core, gel-core and sqlite-core, where they meet exactOptionalPropertyTypes or a driver that isn't
 * installed).
 */
const drizzle = { programs: ['drizzle'], tolerated: '/drizzle-orm/' };
/** One process each, and the slow ones first: a compiler before 7 takes ten seconds for drizzle-orm alone. */
const runs = [
  { compiler: '5.9', kind: 'nodenext', ...drizzle },
  { compiler: '6', kind: 'nodenext', ...drizzle },
  { compiler: '5.9', kind: 'nodenext', programs: rest },
  { compiler: '6', kind: 'nodenext', programs: rest },
  { compiler: '5.9', kind: 'commonjs', programs: rest },
  { compiler: '6', kind: 'commonjs', programs: rest },
  { compiler: '7', kind: 'nodenext', programs: rest },
  { compiler: '7', kind: 'commonjs', programs: rest },
  { compiler: '7', kind: 'bundler', programs: rest },
  { compiler: '7', kind: 'bundler', ...drizzle },
];

/** Bodies that each run a compiler and then call `check` for each of its packages. */
export function typeChecks(project, check) {
  return runs.map(({ compiler, kind, programs, tolerated }, index) => async () => {
    const config = join(project, `types-${index}.json`);
    const { folders, options } = kinds[kind];
    const compilerOptions = {
      target: 'es2022',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      isolatedModules: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      noEmit: true,
      types: ['node'],
      ...options,
    };
    const files = folders.flatMap((folder) => programs.map((name) => `${folder}/${name}.ts`));
    writeFileSync(config, JSON.stringify({ compilerOptions, files }));
    const tsc = join(root, compilers[compiler], 'bin/tsc');
    const args = [tsc, '-p', config, '--pretty', 'false'];
    const { ending, stdout, stderr } = await execute(process.execPath, args, project);
    const errors = readErrors(stdout).filter((each) => !tolerated || !each.includes(tolerated));
    const isRead = ending === 0 || readErrors(stdout).length > 0;
    for (const name of programs) {
      await check(`@honker/${name}: types (TypeScript ${compiler}, ${kind})`, () => {
        if (!isRead) throw new Error(`tsc ended with ${ending}\n${stdout}${stderr}`);
        const own = errors.filter((error) => concerns(error, name, programs));
        if (own.length > 0) throw new Error(own.slice(0, 10).join('\n'));
      });
    }
  });
}

/** An error and the lines that explain it. */
function readErrors(output) {
  return output.split(/\r?\n(?! |$)/).filter((each) => /error TS\d+/.test(each));
}

/** Errors of a file that is nobody's are everybody's. */
function concerns(error, name, programs) {
  const file = error.slice(0, error.search(/\(\d+,\d+\): /));
  const owner = programs.find(
    (each) => file.includes(`@honker/${each}/`) || /^\w+\/(\w+)\.ts$/.exec(file)?.[1] === each,
  );
  return owner === name || owner === undefined;
}
