import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Client, type ReceivedMessage } from '@skua/client';
import { clientOptions } from '../connection/client-options.ts';
import type { BenchCounters } from './bench-counters.ts';
import type { BenchSettings } from './bench-settings.ts';

/** What a fleet of clients is made of. */
export interface FleetOptions {
  readonly settings: BenchSettings;
  readonly counters: BenchCounters;
  readonly signal: AbortSignal;
  /** What the client identifiers begin with. */
  readonly prefix: string;
  readonly count: number;
  readonly onMessage?: (message: ReceivedMessage, index: number) => void;
}

/**
 * Connects clients at the rate of the settings, some at a time, and gives those that got a connection. A connection that
 * is lost later is made again and counted.
 */
export async function openFleet(options: FleetOptions): Promise<readonly Client[]> {
  const { settings, count, signal } = options;
  const clients: Client[] = [];
  const underWay = new Set<Promise<void>>();
  const startedAt = performance.now();
  for (let index = 0; index < count && !signal.aborted; index++) {
    const dueAt = startedAt + (index / settings.connectRate) * 1000;
    const early = dueAt - performance.now();
    if (early > 0) await sleep(early, undefined, { signal }).catch(() => {});
    const opened = openOne(options, index)
      .then((client) => {
        if (client !== undefined) clients.push(client);
      })
      .finally(() => underWay.delete(opened));
    underWay.add(opened);
    if (underWay.size >= AT_A_TIME) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  return clients;
}

/** Closes clients, some at a time. */
export async function closeFleet(clients: readonly Client[]): Promise<void> {
  const left = [...clients];
  const close = async (): Promise<void> => {
    for (let client = left.pop(); client !== undefined; client = left.pop()) {
      await client.close({ drain: false, timeout: CLOSE_MS }).catch(() => {});
      client.destroy();
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, close));
}

async function openOne(options: FleetOptions, index: number): Promise<Client | undefined> {
  const { settings, counters, signal, prefix, onMessage } = options;
  const startedAt = performance.now();
  const client = createClient({
    ...clientOptions({ ...settings, clientIdentifier: `${prefix}${index}`, clientIdentifierPrefix: undefined }),
    // Enough to keep the window full, little enough that what is sent is what was asked for.
    queue: { messagesMax: 2000, whenFull: 'wait' },
    ...(onMessage === undefined ? {} : { onMessage: (message) => onMessage(message, index) }),
    packetsRemembered: 1,
    receiveMaximum: settings.properties.connect.receiveMaximum ?? 65_535,
  });
  const giveUp = (): void => client.destroy();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await firstConnection(client);
  } catch (error) {
    counters.failedConnections += 1;
    counters.countError(error);
    client.destroy();
    return undefined;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  counters.connected += 1;
  counters.connectLatency.record(performance.now() - startedAt);
  client.on('disconnected', ({ cause, willReconnect }) => {
    if (client.state.status === 'closing' || (client.state.status === 'closed' && client.state.cause === undefined))
      return;
    counters.lostConnections += 1;
    counters.countError(cause);
    if (!willReconnect) counters.connected -= 1;
  });
  return client;
}

function firstConnection(client: Client): Promise<void> {
  return new Promise((resolve, reject) => {
    const off = client.on('state', (state) => {
      if (state.status === 'connected') resolve();
      else if (state.status === 'waiting') reject(state.cause);
      else if (state.status === 'closed') reject(state.cause ?? new Error('stopped'));
      else return;
      off();
    });
  });
}

/** Connections that are being made at a time: enough for a fast server, too few to overrun its backlog. */
const AT_A_TIME = 64;
const CLOSE_MS = 1000;
