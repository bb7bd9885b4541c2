/**
 * A driver that is installed beside core, or that the runtime has. CommonJS in both builds, since open() is
 * synchronous and so can't import().
 *
 * @throws {Error} with code MODULE_NOT_FOUND or ERR_UNKNOWN_BUILTIN_MODULE where it isn't there.
 */
export function loadDriver(name: 'better-sqlite3' | 'node:sqlite' | 'bun:sqlite'): unknown {
  return require(name);
}
