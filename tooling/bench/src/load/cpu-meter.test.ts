import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { readCpu, readMemory } from './cpu-meter.ts';

describe.skipIf(process.platform !== 'linux')('where there is /proc', () => {
  it('sees this process work, in nanoseconds', () => {
    const before = readCpu(process.pid);
    const own = process.cpuUsage();
    while (process.cpuUsage(own).user + process.cpuUsage(own).system < 20_000);
    const after = readCpu(process.pid);
    expect(after.totalNs - before.totalNs).toBeGreaterThan(10_000_000);
    expect(after.busiestThreadNs).toBeLessThanOrEqual(after.totalNs);
    expect(after.userTicks + after.systemTicks).toBeGreaterThan(0);
  });

  it('adds the children of a process', async () => {
    const alone = readMemory(process.pid);
    const child = spawn(process.execPath, [
      '-e',
      'process.stdin.once("data", () => process.exit()); console.log("up")',
    ]);
    await once(child.stdout, 'data');
    const together = readMemory(process.pid);
    expect(together.rssKib - alone.rssKib).toBeGreaterThan(10_000);
    child.stdin.end('stop');
    await once(child, 'exit');
  });

  it('refuses a process that does not exist', () => {
    expect(() => readCpu(0x7ffffff)).toThrow(/ENOENT/);
  });
});
