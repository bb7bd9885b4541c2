/** Prints each check as it ends, and counts them. */
import { spawn } from 'node:child_process';

const counts = { passed: 0, failed: 0, skipped: 0 };

/** Whether the body came to its end. */
export async function check(name, body) {
  try {
    await body();
    counts.passed++;
    console.log(`ok    ${name}`);
    return true;
  } catch (error) {
    counts.failed++;
    console.log(`FAIL  ${name}\n${error.message}`);
    return false;
  }
}

export function skip(name) {
  counts.skipped++;
  console.log(`skip  ${name}`);
}

export function summary() {
  const { passed, failed, skipped } = counts;
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed === 0;
}

/** Runs a program to its end, five minutes at most, and returns all it printed. */
export function execute(command, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 300_000,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ ending: code ?? signal, stdout, stderr }));
  });
}

/** Runs a script with this Node and fails with all it printed. */
export async function node(script, args, cwd) {
  const { ending, stdout, stderr } = await execute(process.execPath, [script, ...args], cwd);
  if (ending !== 0) throw new Error(`ended with ${ending}\n${stdout}${stderr}`);
  return stdout;
}

/** Runs two bodies at a time, in the order of the list: a compiler or a runtime takes a core each. */
export async function inTwos(bodies) {
  const waiting = bodies.values();
  const one = async () => {
    for (const body of waiting) await body();
  };
  await Promise.all([one(), one()]);
}
