/**
 * Copies the licence texts into the package whose folder this runs in: npm packs no file from above a
 * package. A `prepack` step, so that no tarball is made without them.
 */
import { copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
for (const file of ['LICENSE', 'LICENSE-MIT', 'LICENSE-APACHE'])
  copyFileSync(join(root, file), file);
