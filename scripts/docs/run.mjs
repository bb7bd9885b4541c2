/** Runs a compiled example. */
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/** An example that takes longer waits for something that doesn't come. */
const LIMIT_MS = 20_000;

/**
 * Runs a program in its own folder.
 *
 * @param {string} path
 * @param {string[]} [printed] lines that it has to print, in this order
 * @param {number} [limitMs]
 * @throws {Error} when it fails, warns, doesn't print them, or doesn't end.
 */
export async function run(path, printed = [], limitMs = LIMIT_MS) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const args = ['--enable-source-maps', path];
  const options = { cwd: dirname(path), env, timeout: limitMs, killSignal: 'SIGKILL' };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, options).catch(
    (error) => {
      const said = `${error.stdout}${error.stderr}`;
      throw new Error(error.killed ? `did not end within ${limitMs} ms:\n${said}` : said);
    },
  );
  // What a worker has nobody to tell becomes a warning of the process.
  if (/^\(node:\d+\) (?!ExperimentalWarning)/m.test(stderr)) throw new Error(stderr);
  const lines = stdout.split('\n');
  let from = 0;
  for (const line of printed) {
    from = lines.indexOf(line, from) + 1;
    if (from === 0) throw new Error(`did not print ${JSON.stringify(line)}, but:\n${stdout}`);
  }
}
