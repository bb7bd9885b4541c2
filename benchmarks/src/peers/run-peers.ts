import { describeEnvironment } from '../environment.js';
import { Workspace } from '../workspace.js';
import { lineUp } from './contestants.js';
import type { PeerBenchmark } from './peer-benchmark.js';
import { PeerReport } from './peer-report.js';

export async function runPeers(
  benchmarks: readonly PeerBenchmark[],
  isQuick: boolean,
): Promise<void> {
  const startedAt = performance.now();
  const workspace = new Workspace();
  const entered = await lineUp(workspace);
  const report = new PeerReport(entered);
  report.heading(describeEnvironment(workspace));
  for (const benchmark of benchmarks) {
    const { contestants } = entered;
    for (const row of await benchmark.run({ workspace, isQuick, contestants })) report.add(row);
  }
  report.summary((performance.now() - startedAt) / 1000);
}
