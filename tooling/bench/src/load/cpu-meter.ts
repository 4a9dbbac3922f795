import { readdirSync, readFileSync } from 'node:fs';

/** What a process and its children have used so far. */
export interface CpuReading {
  /** Nanoseconds on a CPU, user and system, of all threads. */
  readonly totalNs: number;
  /** Of the thread that has used most. */
  readonly busiestThreadNs: number;
  /** User and system time in clock ticks of 10 ms: only their proportion is of use. */
  readonly userTicks: number;
  readonly systemTicks: number;
}

/** Memory of a process and its children, in KiB. */
export interface MemoryReading {
  readonly rssKib: number;
  /** Shared pages counted in proportion. */
  readonly pssKib: number;
}

/**
 * Reads the CPU time of a process, its threads and its children from the operating system. /proc/PID/schedstat counts
 * nanoseconds, where /proc/PID/stat counts ticks of 10 ms; threads that have ended are missing, but no broker here ends any.
 *
 * @throws when the process does not exist
 */
export function readCpu(pid: number): CpuReading {
  let totalNs = 0;
  let busiestThreadNs = 0;
  let userTicks = 0;
  let systemTicks = 0;
  for (const process of processTree(pid)) {
    for (const thread of readdirSync(`/proc/${process}/task`)) {
      const [ns = '0'] = readFileSync(`/proc/${process}/task/${thread}/schedstat`, 'utf8').split(' ');
      totalNs += Number(ns);
      busiestThreadNs = Math.max(busiestThreadNs, Number(ns));
    }
    const fields = statFields(process);
    userTicks += Number(fields[UTIME]);
    systemTicks += Number(fields[STIME]);
  }
  return { totalNs, busiestThreadNs, userTicks, systemTicks };
}

/** Memory of a process and its children. */
export function readMemory(pid: number): MemoryReading {
  let rssKib = 0;
  let pssKib = 0;
  for (const process of processTree(pid)) {
    const lines = readFileSync(`/proc/${process}/smaps_rollup`, 'utf8');
    rssKib += Number(/^Rss:\s+(\d+)/m.exec(lines)?.[1] ?? 0);
    pssKib += Number(/^Pss:\s+(\d+)/m.exec(lines)?.[1] ?? 0);
  }
  return { rssKib, pssKib };
}

/** The process and all its descendants. */
function processTree(pid: number): number[] {
  const tree = [pid];
  for (const parent of tree) tree.push(...childrenOf(parent));
  return tree;
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return Number(statFields(pid)[PPID]) === parent;
      } catch {
        return false; // it ended between the two readings
      }
    });
}

/** The fields of /proc/PID/stat after the command, which may hold spaces and parentheses. */
function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Fields 4, 14 and 15 of proc(5), counted from the third. */
const PPID = 1;
const UTIME = 11;
const STIME = 12;
