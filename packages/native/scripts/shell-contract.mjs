/** Runs the contract tests through the sqlite3 shell, on a build of their own. Arguments go to vitest. */
import { spawnSync } from 'node:child_process';
import { packageDirectory } from './compiler.mjs';

/** @param {string} extension @param {NodeJS.ProcessEnv} env what the build needs beside */
export function runShellContract(extension, env) {
  const result = spawnSync(
    'npx',
    ['vitest', 'run', 'test/contract.test.ts', ...process.argv.slice(2)],
    {
      cwd: packageDirectory,
      stdio: 'inherit',
      env: {
        ...process.env,
        HONKER_EXTENSION_PATH: extension,
        HONKER_TEST_CLIENTS: 'shell',
        ...env,
      },
    },
  );
  process.exitCode = result.status ?? 1;
}
