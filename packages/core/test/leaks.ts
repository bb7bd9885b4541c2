/**
 * Every test fails that leaves a thread, a descriptor, a timer or a child process behind. A setup file,
 * so no test can forget it.
 */
import { createHook } from 'node:async_hooks';
import { readdirSync, readlinkSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { platform } from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach } from 'vitest';
import { cleanUp } from './cleanup.js';

/** Timers are told apart below; an immediate is gone in a turn, and the hook below uses one itself. */
const ENDS_BY_ITSELF = new Set(['Timeout', 'Immediate']);

/** What is closed may take some turns of the event loop to be gone. */
const GONE_WITHIN_MS = 2000;

// libuv starts its threads at the first use, and never ends them.
await Promise.all(Array.from({ length: 8 }, () => stat('.')));

/** Where each timer that has not ended was set. */
const timers = new Map<number, string>();
createHook({
  init(id, type) {
    if (type !== 'Timeout') return;
    const [, ...frames] = new Error().stack?.split('\n') ?? [];
    const caller = frames.find((frame) => !/node:|\/leaks\.ts/.test(frame)) ?? '';
    if (!caller.includes('/node_modules/')) timers.set(id, caller.trim());
  },
  destroy: (id) => timers.delete(id),
}).enable();

/** How many there are of each thing that can leak. */
export function countResources(): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const name of process.getActiveResourcesInfo()) if (!ENDS_BY_ITSELF.has(name)) add(name);
  for (const caller of timers.values()) add(`timer set ${caller}`);
  if (platform === 'linux') {
    for (const _ of readdirSync('/proc/self/task')) add('thread');
    for (const descriptor of readdirSync('/proc/self/fd'))
      add(`descriptor of ${target(descriptor)}`);
  }
  return counts;
}

function target(descriptor: string): string {
  try {
    // An inode's number tells nothing, and one of a pipe that was closed is soon another's.
    return readlinkSync(`/proc/self/fd/${descriptor}`).replace(/\[\d+\]/, '');
  } catch {
    return 'the listing itself';
  }
}

/** The extension keeps one inotify instance for the next watcher. */
const KEPT = new Map([['descriptor of anon_inode:inotify', 1]]);

/** What there is more of now, as text; nothing when all is as it was. */
export function leakedSince(before: Map<string, number>): string[] {
  return [...countResources()]
    .filter(([name, count]) => count > (before.get(name) ?? KEPT.get(name) ?? 0))
    .map(([name, count]) => `${name}: ${before.get(name) ?? 0} before, ${count} now`);
}

/** Waits until all is as it was; says what isn't. */
export async function lastingLeaks(before: Map<string, number>): Promise<string[]> {
  const giveUpAt = performance.now() + GONE_WITHIN_MS;
  let leaks = leakedSince(before);
  while (leaks.length > 0 && performance.now() < giveUpAt) {
    await setImmediate();
    leaks = leakedSince(before);
  }
  return leaks;
}

let before: Map<string, number>;

beforeEach(() => {
  before = countResources();
});

afterEach(async () => {
  await cleanUp();
  const leaks = await lastingLeaks(before);
  if (leaks.length > 0) throw new Error(`the test left behind:\n${leaks.join('\n')}`);
});
