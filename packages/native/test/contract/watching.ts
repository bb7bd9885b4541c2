import { expect } from 'vitest';
import type { ContractTest } from './contract-test.js';

const backends = process.platform === 'linux' ? ['polling', 'kernel'] : ['polling'];

export function watching(test: ContractTest): void {
  for (const backend of backends) {
    test(`${backend}: a wait ends with a commit, once, and with the end of the watcher`, async (db) => {
      const other = await db.connect();
      const id = await db.integer('SELECT honker_update_watcher_open(?, ?)', db.path, backend);
      const wait = (ms: number) => db.integer('SELECT honker_update_watcher_wait(?, ?)', id, ms);
      expect(await wait(0)).toBe(0);
      await other.enqueue();
      expect(await wait(50_000)).toBe(1);
      expect(await wait(1)).toBe(0);
      expect(await db.integer('SELECT honker_update_watcher_close(?)', id)).toBe(1);
      expect(await wait(50_000)).toBe(-1);
    });
  }
}
