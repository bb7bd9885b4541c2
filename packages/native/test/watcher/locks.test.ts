import { describe, expect, it } from 'vitest';
import { extensionPath, watchCommits } from '../../dist/esm/index.js';
import { temporaryDirectory } from '../temporary-directory.js';
import { pythonIsMissing, runPython } from './python.js';
import { backends, database } from './watched.js';

const PENDING = 0x40000000;
const RESERVED = PENDING + 1;
const SHARED = PENDING + 2;

/** Byte 120 of the -shm is the write lock, the readers' five begin at 123, 128 says that it is in use. */
const SHM_IN_USE = 128;
const READERS = [123, 124, 125, 126, 127];

describe.skipIf(process.platform !== 'linux' || pythonIsMissing).each(backends)(
  'the locks that SQLite holds in this process, as another one sees them, survive the %s watcher',
  (backend) => {
    const watch = (path: string) => watchCommits(path, () => undefined, { backend, pollMs: 1 });
    const locks = (...paths: string[]) =>
      runPython('locks.py', ...paths) as Record<string, [number, string, number][]>;

    it('01 an exclusive transaction in a rollback mode', () => {
      const { path, db } = database('DELETE');
      db.exec('BEGIN EXCLUSIVE; INSERT INTO t DEFAULT VALUES');
      const held = [PENDING, RESERVED, SHARED].map((byte) => [byte, 'write', process.pid]);
      const watcher = watch(path);
      expect(locks(path)).toEqual({ 'a.db': held });
      watcher.close();
      expect(locks(path)).toEqual({ 'a.db': held });
      db.exec('ROLLBACK');
      expect(locks(path)).toEqual({ 'a.db': [] });
    });

    it('02 a read and a write transaction in WAL mode', () => {
      const { path, db, commit } = database('WAL');
      commit();
      db.exec('BEGIN IMMEDIATE; INSERT INTO t DEFAULT VALUES');
      const before = locks(path, `${path}-shm`);
      expect(before['a.db']).toEqual([[SHARED, 'read', process.pid]]);
      const shm = before['a.db-shm'] ?? [];
      expect(shm).toContainEqual([120, 'write', process.pid]);
      expect(shm).toContainEqual([SHM_IN_USE, 'read', process.pid]);
      expect(shm.filter(([byte]) => READERS.includes(byte))).toHaveLength(1);
      const watcher = watch(path);
      const during = locks(path, `${path}-shm`);
      for (const [name, list] of Object.entries(before)) {
        expect(during[name]).toEqual(expect.arrayContaining(list)); // it may be looking itself
      }
      watcher.close();
      expect(locks(path, `${path}-shm`)).toEqual(before);
      db.exec('COMMIT');
    });

    it('03 of a library that another one in the process has a newer connection than', () => {
      const held = Array.from({ length: 3 }, () => 'write');
      const steps = runPython('two-libraries.py', extensionPath(), backend, temporaryDirectory());
      expect(steps).toEqual([held, held, held]);
    });
  },
);
