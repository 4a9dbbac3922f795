import { readFileSync } from 'node:fs';
import { readCpu, type CpuReading } from './cpu-meter.ts';

/** What had been used at an instant. */
export interface UsageMark {
  readonly atNs: bigint;
  readonly broker: CpuReading;
  readonly generator: CpuReading;
  /** Clock ticks of 10 ms that the machine was busy, all CPUs. */
  readonly machineTicks: number;
}

/** What was used between two marks. */
export interface Usage {
  readonly seconds: number;
  /** Microseconds of the broker's CPU, all processes and threads. */
  readonly brokerCpuUs: number;
  /** System time's share of it, 0 to 1. */
  readonly systemShare: number;
  readonly brokerBusy: number;
  readonly generatorBusy: number;
  readonly otherBusy: number;
}

/** Reads what this process and the broker's have used so far. */
export function markUsage(brokerPid: number): UsageMark {
  return {
    atNs: process.hrtime.bigint(),
    broker: readCpu(brokerPid),
    generator: readCpu(process.pid),
    machineTicks: busyTicks(),
  };
}

/** What was used between two marks. */
export function usageBetween(before: UsageMark, after: UsageMark): Usage {
  const wallNs = Number(after.atNs - before.atNs);
  const brokerNs = after.broker.totalNs - before.broker.totalNs;
  const generatorNs = after.generator.totalNs - before.generator.totalNs;
  const machineNs = (after.machineTicks - before.machineTicks) * TICK_NS;
  const user = after.broker.userTicks - before.broker.userTicks;
  const system = after.broker.systemTicks - before.broker.systemTicks;
  return {
    seconds: wallNs / 1e9,
    brokerCpuUs: brokerNs / 1000,
    systemShare: system / Math.max(1, user + system),
    brokerBusy: (after.broker.busiestThreadNs - before.broker.busiestThreadNs) / wallNs,
    generatorBusy: (after.generator.busiestThreadNs - before.generator.busiestThreadNs) / wallNs,
    otherBusy: Math.max(0, machineNs - brokerNs - generatorNs) / wallNs,
  };
}

/** The first line of /proc/stat without idle and iowait, which are the fourth and fifth, and guest, which user includes. */
function busyTicks(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return ticks.reduce((sum, each, i) => (i === 3 || i === 4 ? sum : sum + each), 0);
}

const TICK_NS = 10_000_000;
