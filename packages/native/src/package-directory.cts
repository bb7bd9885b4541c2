import path = require('node:path');

/**
 * Where this package is. CommonJS in both builds: `__dirname` is the one way to ask that a CommonJS
 * module has, and an ES module can import it.
 */
export const packageDirectory: string = path.join(__dirname, '..', '..');
