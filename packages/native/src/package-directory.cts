import fs = require('node:fs');
import path = require('node:path');

/**
 * Where this package is. CommonJS in both builds: `__dirname` is the one way to ask that a CommonJS
 * module has, and an ES module can import it.
 */
export const packageDirectory: string = path.join(__dirname, '..', '..');

/** From here, since an ES module that imports node:fs loads all of it, 1.5 MB. */
export const existsSync: (path: string) => boolean = fs.existsSync;
