import { spawnSync } from 'node:child_process';
import { copyFileSync, statSync } from 'node:fs';
import type { Benchmark } from '../benchmark.js';
import { atMost } from '../measurement.js';
import { native } from '../native.js';

const NAME = 'extension, stripped';

/** As it is published. */
export const extensionSize: Benchmark = {
  name: NAME,
  run: async ({ workspace }) => {
    const copy = workspace.newFile();
    copyFileSync(native.extensionPath(), copy);
    const isStripped = spawnSync('strip', [copy]).status === 0;
    const honker = statSync(copy).size / 1024;
    const note = isStripped ? '' : 'not stripped: there is no strip(1)';
    return [{ name: NAME, unit: 'KB', honker, goal: atMost(100, 'KB'), note }];
  },
};
