import { createRequire } from 'node:module';

/** What benchmarks use of @honker/native beside core: the same copy that core loads. */
interface Native {
  extensionPath: () => string;
  watchCommits: (
    path: string,
    onNews: (isAlive: boolean) => void,
    options?: { backend?: 'kernel' | 'polling' },
  ) => { ref: () => void; close: () => void };
}

const requireHere = createRequire(import.meta.url);
const requireFromCore = createRequire(requireHere.resolve('@honker/core'));

export const native = requireFromCore('@honker/native') as Native;
