import {
  ALL_CLIENT_TESTS,
  HOSTILE_MOMENTS,
  hostileTest,
  reportAsText,
  runClientConformance,
  virtualClientTarget,
  type ClientConformanceOptions,
} from '@skua/conformance';
import { describe, expect, it } from 'vitest';
import { hostileCases } from '../src/hostile-cases.ts';
import { SKUA_CLIENT } from '../src/skua-client.ts';

/** How bytes may arrive; no verdict may depend on it. */
const ARRIVALS: readonly (readonly [string, ClientConformanceOptions])[] = [
  ['packet by packet', {}],
  ['byte by byte', { mangle: (bytes) => Array.from(bytes, (_byte, index) => bytes.subarray(index, index + 1)) }],
  ['together', { coalesce: true }],
];

describe.each(ARRIVALS)("Skua's client, when what a broker sends arrives %s", (_how, options) => {
  it('breaks no statement', async () => {
    const report = await runClientConformance(virtualClientTarget(SKUA_CLIENT), options);
    expect(report.results).toHaveLength(ALL_CLIENT_TESTS.length);
    const wrong = report.results.filter(({ verdict }) => verdict !== 'pass');
    expect(wrong, reportAsText(report)).toEqual([]);
  });

  it('ends the connection over every packet that it must refuse, says why to both sides, and goes on', async () => {
    // A third of the packets for each way of arriving, one after the other at another moment; `src/clients.ts --hostile` takes all.
    const share = ARRIVALS.findIndex(([, candidate]) => candidate === options);
    const tests = hostileCases().flatMap((hostile, index) => {
      const moment = HOSTILE_MOMENTS[Math.floor(index / ARRIVALS.length) % HOSTILE_MOMENTS.length];
      return moment === undefined || index % ARRIVALS.length !== share ? [] : [hostileTest(hostile, moment)];
    });
    expect(tests.length).toBeGreaterThan(400);
    const report = await runClientConformance(virtualClientTarget(SKUA_CLIENT), { ...options, tests });
    const wrong = report.results.filter(({ verdict }) => verdict !== 'pass');
    expect(wrong, reportAsText(report)).toEqual([]);
    const noted = report.results.flatMap(({ choices }) =>
      choices.map(({ question, answer }) => `${question}: ${answer}`),
    );
    expect([...new Set(noted)].toSorted()).toEqual([
      'what the broker is told: a reason',
      'what the program is told: ConnectError',
      'what the program is told: DisconnectedError',
    ]);
  });
});

it('the suite catches what a filter makes of it, but where it leaves the filter nothing to break', async () => {
  const report = await runClientConformance(virtualClientTarget(SKUA_CLIENT), { mutants: true });
  expect(report.mutants.length).toBeGreaterThan(280);
  const survived = report.mutants
    .filter(({ killed }) => !killed)
    .map(({ test, mutant }) => `${test.id}: ${mutant.name}`);
  expect(survived).toEqual([
    // It sends no empty Client Identifier in 3.1.1.
    'v3/client/connect/empty-client-identifier: never asks for Clean Session',
    // It sets the aliases in an order of its own.
    'client/limits/topic-alias-maximum: takes for granted what it never said',
  ]);
});
