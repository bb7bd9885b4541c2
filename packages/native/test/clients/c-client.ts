import { extensionPath } from '@honker/native';
import type { ClientKind } from './client.js';
import { environmentOf } from './client.js';
import { connectByJsonLines } from './json-lines.js';

/** The command that runs sqlite-client.c, under an emulator where that was built for another processor. */
const command = process.env.HONKER_TEST_C_CLIENT?.split(' ');

/** SQLite in a C program that is built for the machine of a prebuilt binary. */
export const cClient: ClientKind = {
  name: 'SQLite in C',
  unavailable: command ? undefined : 'scripts/test-prebuilds.mjs builds it for each target',
  open(path, options = {}) {
    const [program = '', ...before] = command ?? [];
    const extension = options.extension === undefined ? extensionPath() : options.extension;
    const mode = options.readonly ? 'readonly' : 'readwrite';
    return connectByJsonLines(
      program,
      [...before, path, extension ?? '', mode],
      environmentOf(options),
    );
  },
};
