/**
 * The better-sqlite3 that is installed beside core. CommonJS in both builds, since open() is
 * synchronous and so can't import().
 *
 * @throws {Error} MODULE_NOT_FOUND where it isn't installed.
 */
export function loadBetterSqlite3(): unknown {
  return require('better-sqlite3');
}
