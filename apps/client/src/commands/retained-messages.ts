import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, ReceivedMessage } from '@skua/client';

/** How long is waited for more. */
export interface CollectOptions {
  /** Milliseconds of silence after which nothing more is expected. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
}

/**
 * Subscribes and hands over every retained message that the server has. MQTT has no end mark: a message to ourselves that
 * is sent behind the SUBSCRIBE comes back behind the retained messages at servers that keep order, and then a silence of
 * some milliseconds is the end; where publishing is not allowed the silence alone, four times as long.
 */
export async function collectRetained(
  client: Client,
  filters: readonly string[],
  take: (message: ReceivedMessage) => void,
  { silenceMs, signal }: CollectOptions,
): Promise<void> {
  const marker = `skua/retained/${crypto.randomUUID()}`;
  let lastAt = performance.now();
  let markerReturned = false;
  const subscription = await client.subscribe(
    filters,
    (message) => {
      if (!message.retain) return;
      lastAt = performance.now();
      take(message);
    },
    { qos: 1 },
  );
  try {
    const ownSubscription = await client.subscribe(marker, () => {
      markerReturned = true;
      lastAt = performance.now();
    });
    client.send(marker, '');
    const enough = (): number => (markerReturned ? silenceMs : silenceMs * 4);
    while (!signal.aborted && performance.now() - lastAt < enough()) await sleep(silenceMs / 10);
    await ownSubscription.unsubscribe();
  } catch {
    // A server that refuses the marker: only silence tells.
    while (!signal.aborted && performance.now() - lastAt < silenceMs * 4) await sleep(silenceMs / 10);
  }
  await subscription.unsubscribe();
}
