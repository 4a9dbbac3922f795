import type { ConnectionSettings } from '../connection/connection-settings.ts';
import { clientOptions } from '../connection/client-options.ts';
import { Histogram } from '../bench/histogram.ts';
import type { Report } from './finding.ts';

/** Sends messages to ourselves and measures how long they take, where the server lets us. */
export async function measureMessages(settings: ConnectionSettings, report: Report): Promise<void> {
  const { connect } = await import('@skua/client');
  const topic = `skua/doctor/${crypto.randomUUID()}`;
  try {
    await using client = await connect({ ...clientOptions(settings), fallback: true, reconnect: false });
    const histogram = new Histogram();
    let arrived = nothing;
    await client.subscribe(topic, () => arrived(), { qos: 1, timeout: PATIENCE_MS });
    for (let count = 0; count < MESSAGES; count++) {
      const startedAt = performance.now();
      const arrival = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      const receipt = await client.publish(topic, '', { qos: 1, timeout: PATIENCE_MS });
      await receipt.acknowledged;
      await Promise.race([arrival, rejected()]);
      histogram.record(performance.now() - startedAt);
    }
    const { p50 = 0, max = 0 } = histogram.percentiles() ?? {};
    report({
      area: 'Round trips',
      verdict: 'good',
      text: `${MESSAGES} QoS 1 messages to ourselves: half within ${p50.toFixed(2)} ms, most ${max.toFixed(2)} ms`,
    });
  } catch (error) {
    report({
      area: 'Round trips',
      verdict: 'note',
      text: `messages to ourselves at ${topic} do not come back: ${error instanceof Error ? error.message : String(error)}`,
      advice: 'if this user may not use such topics all is well; otherwise look at the access lists of the server',
    });
  }
}

function nothing(): void {}

function rejected(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`nothing came within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS).unref();
  });
}

const MESSAGES = 20;
const PATIENCE_MS = 5000;
