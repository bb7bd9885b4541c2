import { readdirSync, readFileSync } from 'node:fs';

/**
 * Milliseconds of CPU time that a server and its processes have used so far, from counters of
 * nanoseconds: those of /proc/…/stat are hundredths of a second. NaN where there are none.
 */
export function serverCpuMs(pid: number): number {
  try {
    return [pid, ...childrenOf(pid)].reduce((total, each) => total + cpuMs(each), 0);
  } catch {
    return Number.NaN;
  }
}

function cpuMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((total, each) => total + each, 0) / 1e6;
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => parentOf(each) === pid);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may contain anything; after it come the state and the parent.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // it ended meanwhile
  }
}
