import { createServer, type AddressInfo, type Server } from 'node:net';
import type * as nodeTls from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { Listener, ListenerAddress, Transport } from '@skua/transport';
import { BoundServers, hostInUrl, type BindOptions } from './bound-servers.ts';
import { verifiedClientCertificate } from './client-certificate.ts';
import type { EndLimits } from './end-limits.ts';
import { handshakeProblem } from './handshake-problem.ts';
import { HIGH_WATER_MARK_BYTES, SocketTransport } from './socket-transport.ts';
import { nodeTlsOptions, type TlsListenerOptions } from './tls-listener-options.ts';

/** Settings of {@link tcpListener}. */
export interface TcpListenerOptions extends BindOptions {
  /** Speaks TLS when given. */
  readonly tls?: TlsListenerOptions | undefined;
  /** How long a socket stays after `end`. */
  readonly endLimits?: EndLimits;
}

/**
 * Accepts TCP connections, or TLS connections when `tls` is given.
 *
 * @example
 * await server.listen(tcpListener({ host: 'localhost', port: 1883 }));
 */
export function tcpListener(options: TcpListenerOptions): Listener {
  let bound: BoundServers | undefined;
  return {
    async listen(accept, onProblem = ignoreProblem): Promise<readonly ListenerAddress[]> {
      if (bound !== undefined) throw new Error('A listener listens once.');
      const servers = new BoundServers(() => createOne(), onProblem);
      bound = servers;
      const createOne =
        options.tls === undefined ? plainServer : tlsServerMaker(await import('node:tls'), options.tls, servers);
      const addresses = await servers.listen(options);
      return addresses.map((address) => describeAddress(address, options.tls !== undefined));

      function plainServer(): Server {
        const transportOptions = endLimitsOf(options);
        return createServer(SOCKET_OPTIONS, (socket) => accept(new SocketTransport(socket, transportOptions)));
      }

      // `node:tls` is loaded only where it is spoken: it takes 6 MiB.
      function tlsServerMaker(
        { createServer: createTlsServer }: typeof nodeTls,
        tls: TlsListenerOptions,
        tracker: BoundServers,
      ): () => Server {
        return () => {
          const server = createTlsServer({ ...SOCKET_OPTIONS, ...nodeTlsOptions(tls) }, (socket: TLSSocket) => {
            tracker.handshakeDone(socket);
            accept(tlsTransport(socket, options.endLimits));
          });
          server.on('connection', (socket) => tracker.trackHandshake(socket));
          server.on('tlsClientError', (error, socket) => {
            const problem = handshakeProblem(error, socket);
            socket.destroy();
            onProblem(problem);
          });
          return server;
        };
      }
    },
    async close(): Promise<void> {
      await bound?.close();
    },
  };
}

/** A transport over a server's TLS socket whose handshake is done. */
function tlsTransport(socket: TLSSocket, endLimits: EndLimits | undefined): Transport {
  const clientCertificate = verifiedClientCertificate(socket);
  return new SocketTransport(socket, { clientCertificate, ...endLimitsOf({ endLimits }) });
}

/** For `exactOptionalPropertyTypes`: the limits, or nothing. */
export function endLimitsOf(options: { readonly endLimits?: EndLimits | undefined }): {
  readonly endLimits?: EndLimits;
} {
  return options.endLimits === undefined ? {} : { endLimits: options.endLimits };
}

/** What a listener does with problems when nobody asked. */
export function ignoreProblem(): void {}

/** Half-open, so that answers still reach a peer that has said everything. */
export const SOCKET_OPTIONS: { allowHalfOpen: true; noDelay: true; highWaterMark: number } = {
  allowHalfOpen: true,
  noDelay: true,
  highWaterMark: HIGH_WATER_MARK_BYTES,
};

function describeAddress({ address, port }: AddressInfo, encrypted: boolean): ListenerAddress {
  const url = `${encrypted ? 'mqtts' : 'mqtt'}://${hostInUrl(address)}:${port}`;
  return { protocol: 'tcp', encrypted, address, port, url };
}
