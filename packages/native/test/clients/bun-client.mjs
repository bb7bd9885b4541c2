import { Database } from 'bun:sqlite';
import { serve } from './json-lines-server.mjs';

const [path, extension, mode] = process.argv.slice(2);
const db = new Database(path, {
  readonly: mode === 'readonly',
  create: mode !== 'readonly',
  safeIntegers: true,
});
if (extension) db.loadExtension(extension);
await serve((sql, params) => {
  const statement = db.prepare(sql);
  try {
    return statement.values(...params);
  } finally {
    statement.finalize();
  }
});
db.close();
