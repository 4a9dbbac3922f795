import type { Listener } from '@skua/transport';
import type { TargetClock } from '../harness/target.ts';
import { WallClock } from '../harness/wall-clock.ts';
import type { ClientAdapter, ClientClock } from './client-adapter.ts';
import type { ClientHost, ClientTarget, StartedClient } from './client-target.ts';

/**
 * Clients that connect over a real listener, in real time.
 *
 * @param listen - makes a listener on a free TCP port; each client gets one of its own.
 * @param clock - how long answers may take; 1.5 seconds unless given.
 */
export function listeningClientTarget(
  adapter: ClientAdapter,
  listen: () => Listener,
  clock: TargetClock = new WallClock(0),
): ClientTarget {
  return {
    name: adapter.name,
    versions: adapter.versions,
    clock,
    quietMs: QUIET_MS,
    start: (host) => start(adapter, listen(), host),
  };
}

async function start(adapter: ClientAdapter, listener: Listener, host: ClientHost): Promise<StartedClient> {
  const [address] = await listener.listen((transport) => host.accept(transport));
  const endpoint = {
    address: { host: address?.address ?? '', port: address?.port ?? 0 },
    clock: REAL_TIME,
    dial: () => {
      throw new Error('the scripted broker listens on TCP; connect to `address`');
    },
  };
  const client = adapter.create(endpoint, (event) => host.report(event));
  return {
    client,
    stop: async () => {
      client.destroy();
      await listener.close();
    },
  };
}

const REAL_TIME: ClientClock = {
  now: () => performance.now(),
  setTimeout: (callback, ms) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  clearTimeout: (cancel) => {
    if (typeof cancel === 'function') cancel();
  },
};

/** Long enough for a client on the same machine to do what it must not do. */
const QUIET_MS = 120;
