import { honkerDrizzle, honkerTables } from '@honker/drizzle';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { getTableConfig } from 'drizzle-orm/sqlite-core';
import { beforeEach, expect, it } from 'vitest';
import { atEnd } from '../../core/test/cleanup.js';
import { temporaryPath } from '../../core/test/temporary-database.js';

let db: ReturnType<typeof drizzle>;

beforeEach(() => {
  const opened = drizzle(temporaryPath());
  const honker = honkerDrizzle(opened);
  atEnd(() => {
    honker.close();
    opened.$client.close();
  });
  db = opened;
});

it.each(Object.entries(honkerTables))('%s has the columns of its table', (_, table) => {
  const { name, columns, primaryKeys } = getTableConfig(table);
  const keys = primaryKeys.flatMap((key) => key.columns.map((column) => column.name));
  const described = columns.map((column) => ({
    name: column.name,
    type: column.getSQLType().toUpperCase(),
    isNotNull: column.notNull && !column.primary,
    isKey: column.primary || keys.includes(column.name),
  }));
  const actual = db.all<{ name: string; type: string; notnull: number; pk: number }>(
    `PRAGMA table_info('${name}')`,
  );
  expect(described).toEqual(
    actual.map((column) => ({
      name: column.name,
      type: column.type,
      isNotNull: column.notnull === 1,
      isKey: column.pk > 0,
    })),
  );
});

it('leaves out none of the tables that hold what an application has put there', () => {
  const names = db.all<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '\\_honker\\_%' ESCAPE '\\' ORDER BY name",
  );
  const own = Object.values(honkerTables).map((table) => getTableConfig(table).name);
  expect(own.sort()).toEqual(names.map(({ name }) => name));
});
