import { parseArgs } from 'node:util';
import { describeEnvironment } from './environment.js';
import { peerBenchmarks } from './peers/registry.js';
import { runPeers } from './peers/run-peers.js';
import { sections } from './registry.js';
import { Report } from './report.js';
import { Workspace } from './workspace.js';

const HELP = `Usage: npm run bench -- [options]

Measures honker beside what better-sqlite3 does without it, in the same run.

  --only <text>  only the benchmarks whose name contains it (case doesn't matter)
  --quick        smaller files, shorter runs: under two minutes, and less exact
  --peers        other measurements: honker beside plainjob, BullMQ and pg-boss, which it installs into
                 benchmarks/peers, with their servers where those are found
  --help         this

Benchmarks:
${sections.flatMap(({ benchmarks }) => benchmarks.map(({ name }) => `  ${name}\n`)).join('')}
With --peers:
${peerBenchmarks.map(({ name }) => `  ${name}\n`).join('')}`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(HELP);
else if (values.peers) await comparePeers(values.only.toLowerCase(), values.quick);
else await runBenchmarks(values.only.toLowerCase(), values.quick);

async function comparePeers(only: string, isQuick: boolean): Promise<void> {
  const chosen = peerBenchmarks.filter(({ name }) => name.toLowerCase().includes(only));
  if (chosen.length === 0) return complain(only);
  await runPeers(chosen, isQuick);
}

async function runBenchmarks(only: string, isQuick: boolean): Promise<void> {
  const chosen = sections
    .map(({ title, benchmarks }) => ({
      title,
      benchmarks: benchmarks.filter(({ name }) => name.toLowerCase().includes(only)),
    }))
    .filter(({ benchmarks }) => benchmarks.length > 0);
  if (chosen.length === 0) return complain(only);
  const startedAt = performance.now();
  const workspace = new Workspace();
  const report = new Report();
  report.heading(describeEnvironment(workspace));
  for (const { title, benchmarks } of chosen) {
    report.section(title);
    for (const benchmark of benchmarks) {
      for (const measurement of await benchmark.run({ workspace, isQuick }))
        report.add(measurement);
    }
  }
  report.summary((performance.now() - startedAt) / 1000);
}

function complain(only: string): void {
  console.error(`No benchmark's name contains "${only}"; --help lists them.`);
  process.exitCode = 2;
}
