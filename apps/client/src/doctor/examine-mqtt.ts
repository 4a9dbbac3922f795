import type { ConnackPacket, ProtocolVersion } from '@skua/codec';
import type { ConnectionSettings } from '../connection/connection-settings.ts';
import { connectionFailure } from '../connection/failure.ts';
import { limitRows } from '../connection/limits-report.ts';
import { Histogram } from '../bench/histogram.ts';
import type { Report } from './finding.ts';
import { RawSession } from './raw-session.ts';

/** Which versions the server speaks, what it says of its limits, and how long a ping takes. @returns whether it lets us in */
export async function examineMqtt(settings: ConnectionSettings, report: Report): Promise<boolean> {
  let best: { readonly version: ProtocolVersion; readonly connack: ConnackPacket } | undefined;
  for (const version of [5, 4, 3] as const) {
    const outcome = await tryVersion(settings, version);
    if (outcome.connack !== undefined && outcome.connack.reasonCode === 0) {
      report({
        area: 'MQTT',
        verdict: 'good',
        text: `${NAMES[version]}: the server lets us in (${outcome.took.toFixed(0)} ms with everything before it)`,
      });
      best ??= { version, connack: outcome.connack };
    } else {
      report({
        area: 'MQTT',
        verdict: version === 3 || best !== undefined ? 'note' : 'problem',
        text: `${NAMES[version]}: ${outcome.sentence}`,
      });
      // Whom the server does not know in one version it knows in no other.
      if (outcome.isIdentity) break;
    }
  }
  if (best === undefined) return false;
  examineKeepAlive(best.connack, settings, report);
  for (const [name, value] of limitRows(best.connack, best.version, settings)) {
    const isTight = name === 'Receive Maximum' && (best.connack.properties.receiveMaximum ?? 65_535) < 10;
    const isMissing = value === 'no';
    report({
      area: 'Limits',
      verdict: isTight || isMissing ? 'note' : 'good',
      text: `${name}: ${value}`,
      ...(isTight ? { advice: 'few messages under way at a time make QoS 1 and 2 slow over long distances' } : {}),
    });
  }
  await measurePings(settings, best.version, report);
  return true;
}

interface Attempt {
  readonly connack?: ConnackPacket;
  readonly took: number;
  readonly sentence: string;
  readonly isIdentity: boolean;
}

async function tryVersion(settings: ConnectionSettings, version: ProtocolVersion): Promise<Attempt> {
  const startedAt = performance.now();
  const signal = AbortSignal.timeout(settings.connectTimeout * 1000);
  try {
    const { session, connack } = await RawSession.open({ ...settings, protocolVersion: version }, version, signal);
    const took = performance.now() - startedAt;
    session.close();
    if (connack.reasonCode === 0) return { connack, took, sentence: '', isIdentity: false };
    const failure = connectionFailure(
      { reasonCode: connack.reasonCode, ...connack.properties },
      { ...settings, protocolVersion: version },
    );
    const isIdentity = IDENTITY.has(connack.reasonCode);
    return { connack, took, sentence: failure.sentence.replace(/\.$/, ''), isIdentity };
  } catch (error) {
    const { sentence } = connectionFailure(error, settings);
    return { took: performance.now() - startedAt, sentence: sentence.replace(/\.$/, ''), isIdentity: false };
  }
}

function examineKeepAlive({ properties }: ConnackPacket, { keepAlive }: ConnectionSettings, report: Report): void {
  const inForce = properties.serverKeepAlive ?? keepAlive;
  const isLong = inForce === 0 || inForce > NAT_S;
  report({
    area: 'Keep alive',
    verdict: isLong ? 'note' : 'good',
    text:
      inForce === 0
        ? 'it is off: nobody notices a dead connection'
        : `${inForce} s: a dead connection is noticed after ${Math.round(inForce * 1.5)} s at the latest`,
    ...(isLong
      ? { advice: 'routers forget silent connections after a minute to five: 60 s or less is safer (-k)' }
      : {}),
  });
}

async function measurePings(settings: ConnectionSettings, version: ProtocolVersion, report: Report): Promise<void> {
  const histogram = new Histogram();
  const signal = AbortSignal.timeout(settings.connectTimeout * 1000);
  try {
    const { session } = await RawSession.open({ ...settings, protocolVersion: version }, version, signal);
    // The first one warms up what is on the way.
    await session.ping(signal);
    for (let count = 0; count < PINGS; count++) histogram.record(await session.ping(signal));
    session.close();
  } catch (error) {
    report({
      area: 'Round trips',
      verdict: 'problem',
      text: `PINGREQ got no answer: ${error instanceof Error ? error.message : ''}`,
    });
    return;
  }
  const { min = 0, p50 = 0, p99 = 0, max = 0 } = histogram.percentiles() ?? {};
  const isUneven = max > 10 * p50 && max > UNEVEN_MS;
  report({
    area: 'Round trips',
    verdict: isUneven ? 'note' : 'good',
    text: `${PINGS} pings: least ${min.toFixed(2)} ms, half within ${p50.toFixed(2)} ms, most ${max.toFixed(2)} ms (p99 ${p99.toFixed(2)})`,
    ...(isUneven
      ? { advice: 'some take much longer than most: packets are lost on the way, or the server is busy' }
      : {}),
  });
  for (const line of histogramLines(histogram)) report({ area: 'Round trips', verdict: 'good', text: line });
}

/** A bar for each range that has any. */
function histogramLines(histogram: Histogram): readonly string[] {
  const counts = histogram.ranges(RANGES);
  const highest = Math.max(...counts);
  return counts.flatMap((count, index) => {
    if (count === 0) return [];
    const end = RANGES[index];
    const name = end === undefined ? `over ${RANGES.at(-1)} ms` : `up to ${end} ms`;
    return [`${name.padEnd(14)} ${'#'.repeat(Math.max(1, Math.round((count / highest) * 40)))} ${count}`];
  });
}

const NAMES = { 5: '5.0', 4: '3.1.1', 3: '3.1' } as const;
/** Bad credentials, not authorized, banned, and the identifier. */
const IDENTITY: ReadonlySet<number> = new Set([0x85, 0x86, 0x87, 0x8a]);
const NAT_S = 120;
const PINGS = 50;
const UNEVEN_MS = 50;
const RANGES: readonly number[] = [0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000];
