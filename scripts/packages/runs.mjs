/** Runs the programs against the installed packages, as ES and as CommonJS modules, on every runtime. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from './report.mjs';

/** Bodies that each run all programs in one process and then call `check` for each of them. */
export function programRuns(runtime, projects, names, check) {
  const { name, command, flags, flagsOfCommonJs = [], drivers, peers } = runtime;
  return drivers.flatMap((driver) =>
    ['module', 'commonjs'].map((format) => async () => {
      const folder = join(projects[peers], format);
      // The databases of each run are its own.
      const cwd = join(folder, `${name}, ${driver}`.replaceAll(/\W+/g, '-'));
      mkdirSync(cwd);
      const args = [
        ...flags,
        ...(format === 'commonjs' ? flagsOfCommonJs : []),
        join(folder, 'main.js'),
        driver,
        ...names,
      ];
      const { ending, stdout, stderr } = await execute(command, args, cwd);
      const outcomes = new Map();
      for (const line of stdout.split('\n').filter((each) => each.startsWith('{'))) {
        const { name, error } = JSON.parse(line);
        outcomes.set(name, error);
      }
      const how = `${name}, ${driver}, ${format === 'module' ? 'ESM' : 'CommonJS'}`;
      for (const program of names) {
        await check(`@honker/${program}: runs (${how})`, () => {
          if (!outcomes.has(program)) throw new Error(`ended with ${ending}\n${stdout}${stderr}`);
          const error = outcomes.get(program);
          if (error !== undefined) throw new Error(error);
        });
      }
      await check(`all end by themselves, without a word (${how})`, () => {
        if (ending !== 0 || stderr !== '') throw new Error(`ended with ${ending}\n${stderr}`);
      });
    }),
  );
}
