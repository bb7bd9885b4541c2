import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/schema.ts',
  out: './drizzle',
  dbCredentials: { url: process.env.DATABASE ?? 'orders.db' },
  // honker's tables are in the same file, and its own business.
  tablesFilter: ['!_honker_*'],
});
