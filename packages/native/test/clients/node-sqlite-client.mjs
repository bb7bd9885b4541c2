import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { serve } from './json-lines-server.mjs';

const [path, extension, mode] = process.argv.slice(2);
const db = new DatabaseSync(path, { allowExtension: true, readOnly: mode === 'readonly' });
if (extension) db.loadExtension(extension);
await serve((sql, params) => {
  const statement = db.prepare(sql);
  statement.setReadBigInts(true);
  statement.setReturnArrays(true);
  return statement.all(...params);
});
db.close();
