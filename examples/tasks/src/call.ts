import { HonkerError } from '@honker/core';
import type { Tasks } from './tasks.js';

/** Calls the tasks, and prints what comes of it. */
export async function callTasks(
  { summarize, longest }: Tasks,
  site: string,
  signal: AbortSignal,
): Promise<void> {
  const patient = { timeoutMs: 20_000, signal };

  // Both at once. The type of `pages` is Summary[], as of a plain function's results.
  const handles = ['apples', 'oranges'].map((name) => summarize.enqueue(`${site}/${name}`));
  const pages = await Promise.all(handles.map((handle) => handle.get(patient)));
  for (const { title, words } of pages) console.log(`${title}: ${words} words`);

  const { title } = await longest.enqueue(pages).get(patient);
  console.log(`the longest: ${title}`);

  const missing = summarize.enqueue(`${site}/pears`);
  console.log('\npears:', await failureOf(missing.get(patient)));

  const slow = summarize.enqueue(`${site}/lemons`);
  console.log('lemons:', await failureOf(slow.get({ timeoutMs: 200, signal })));
  console.log('lemons, later:', await failureOf(slow.get(patient))); // the same run: a handle may wait again
}

/** What a result failed with, in words; throws when it didn't. */
async function failureOf(result: Promise<unknown>): Promise<string> {
  try {
    await result;
  } catch (error) {
    if (error instanceof HonkerError) return `${error.name}: ${error.message}`;
    throw error;
  }
  throw new Error('this was to fail');
}
