import type { AddressInfo } from 'node:net';
import type { Listener, ListenerAddress } from '@skua/transport';
import { BoundServers, hostInUrl, type BindOptions } from './bound-servers.ts';
import { ignoreProblem } from './tcp-listener.ts';
import type { TlsListenerOptions } from './tls-listener-options.ts';
import type { WebSocketOptions } from './web-socket-acceptor.ts';
import type { WebSocketServers } from './web-socket-servers.ts';

/** Settings of {@link webSocketListener}. */
export interface WebSocketListenerOptions extends BindOptions, WebSocketOptions {
  /** Speaks TLS (`wss:`) when given. */
  readonly tls?: TlsListenerOptions | undefined;
}

/** Accepts WebSockets on an HTTP server of its own, secure ones when `tls` is given. Every other request gets 426. */
export function webSocketListener(options: WebSocketListenerOptions): Listener {
  let bound: BoundServers | undefined;
  let httpServers: WebSocketServers | undefined;
  return {
    async listen(accept, onProblem = ignoreProblem): Promise<readonly ListenerAddress[]> {
      if (bound !== undefined) throw new Error('A listener listens once.');
      const servers = new BoundServers(() => {
        if (httpServers === undefined) throw new Error('The HTTP servers are not loaded.');
        return httpServers.create(options, servers, accept, onProblem);
      }, onProblem);
      bound = servers;
      // Only now: with HTTP Node loads its fetch as well, 10 MiB and 20 ms that a broker without WebSockets need not pay.
      const loaded = await import('./web-socket-servers.ts');
      httpServers = new loaded.WebSocketServers();
      const addresses = await servers.listen(options);
      return addresses.map((address) => describeAddress(address, options));
    },
    async close(): Promise<void> {
      httpServers?.closeAllConnections();
      await bound?.close();
    },
  };
}

function describeAddress({ address, port }: AddressInfo, options: WebSocketListenerOptions): ListenerAddress {
  const encrypted = options.tls !== undefined;
  const url = `${encrypted ? 'wss' : 'ws'}://${hostInUrl(address)}:${port}${options.path ?? ''}`;
  return { protocol: 'websocket', encrypted, address, port, url };
}
