import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A database of one driver with honker on it, and what the contract does with it: written once for drivers that
 * answer at once and for those that answer with promises.
 */
export class Subject {
  #directory = mkdtempSync(join(tmpdir(), 'honker-drizzle-'));
  #opened = [];
  path = join(this.#directory, 'app.db');

  /** What `modules` are: see installation.ts. */
  constructor(driver, modules) {
    this.driver = driver;
    this.modules = modules;
    this.orders = modules.sqliteTable('orders', {
      id: modules.integer().primaryKey({ autoIncrement: true }),
      item: modules.text().notNull(),
    });
  }

  async open() {
    this.db = await this.openDrizzle();
    await this.db.run(
      'CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT, item TEXT NOT NULL)',
    );
    this.honker = await this.openHonker(this.db);
  }

  /** Another Drizzle database, of the same file unless another is named. */
  async openDrizzle(path = this.path) {
    const db = this.driver.open(this.modules.drizzle, path);
    this.#opened.push(() => db.$client.close());
    if (path !== ':memory:') await this.driver.useWal(db);
    return db;
  }

  async openHonker(db) {
    const honker = await this.modules.honkerDrizzle(db);
    this.#opened.push(() => honker.close());
    return honker;
  }

  otherPath() {
    return join(this.#directory, 'other.db');
  }

  async close() {
    for (const close of this.#opened.reverse()) await close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Runs steps in a transaction, each of which may be a promise where the driver answers with promises. */
  transact(steps, db = this.db, config = undefined) {
    return this.driver.isAsync
      ? db.transaction(async (tx) => await runAwaiting(steps(tx)), config)
      : db.transaction((tx) => runAtOnce(steps(tx)), config);
  }

  order(handle, item) {
    return handle.insert(this.orders).values({ item }).run();
  }

  /** Every row that a transaction of the contract writes. */
  async rows() {
    const { live, dead, notifications, events, consumers, results } = this.modules.honkerTables;
    const rows = {};
    const tables = { orders: this.orders, live, dead, notifications, events, consumers, results };
    for (const [name, table] of Object.entries(tables)) {
      rows[name] = await this.db.select().from(table).all();
    }
    return rows;
  }

  async payloads() {
    const { live } = this.modules.honkerTables;
    const rows = await this.db.select({ payload: live.payload }).from(live).all();
    return rows.map(({ payload }) => JSON.parse(payload));
  }

  async items() {
    const rows = await this.db.select().from(this.orders).all();
    return rows.map(({ item }) => item);
  }
}

function runAtOnce(steps) {
  let step = steps.next();
  while (!step.done) step = steps.next(step.value);
  return step.value;
}

async function runAwaiting(steps) {
  let step = steps.next();
  while (!step.done) {
    try {
      step = steps.next(await step.value);
    } catch (error) {
      step = steps.throw(error);
    }
  }
  return await step.value;
}
