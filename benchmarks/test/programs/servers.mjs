/**
 * Starts servers as the benchmarks do, tells where, and waits until it is told to leave: `all` that are
 * on this machine, or `one`.
 */
import { findPostgres, startPostgres } from '../../dist/peers/postgres-server.js';
import { findRedis, startRedis } from '../../dist/peers/redis-server.js';
import { Workspace } from '../../dist/workspace.js';

const workspace = new Workspace();
const redis = findRedis();
const postgres = findPostgres();
const starts = [
  ...(redis ? ['aof', 'none'].map((each) => () => startRedis(workspace, redis, each)) : []),
  ...(postgres ? [() => startPostgres(workspace, postgres)] : []),
];
const servers = [];
for (const start of process.argv[2] === 'one' ? starts.slice(0, 1) : starts) {
  servers.push(await start());
}

process.send({ directory: workspace.directory, servers });
process.once('message', (how) => {
  process.disconnect();
  if (how === 'throw') throw new Error('a benchmark failed');
});
