import { lookup } from 'node:dns/promises';
import { isIP, Socket, type AddressInfo, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { ListenError } from '@skua/transport';
import { errorCode } from './error-code.ts';

/** Where to listen. */
export interface BindOptions {
  /** 0 to 65,535; 0 lets the system choose. */
  readonly port: number;
  /**
   * An IP address, or a name; a name that stands for several addresses is listened on at each. Without it: every interface,
   * IPv6 and IPv4.
   */
  readonly host?: string | undefined;
}

/** One or more `net.Server`s that listen on the same port at several addresses, and are closed together. */
export class BoundServers {
  readonly #create: () => Server;
  readonly #onProblem: (error: Error) => void;
  #servers: Server[] = [];
  #closed = false;
  /** Connections that are not a transport yet, by peer: they end when the listener does. */
  readonly #handshakes: Map<string, Socket> = new Map();

  /** @param create - makes a server with all its handlers, not listening yet; called for each address. */
  constructor(create: () => Server, onProblem: (error: Error) => void) {
    this.#create = create;
    this.#onProblem = onProblem;
  }

  /**
   * Listens on every address of the host.
   *
   * @returns the addresses with their real port; the same port at each when the system chose it.
   * @throws {ListenError} when one of the addresses cannot be had. None is kept then.
   */
  async listen(bind: BindOptions): Promise<AddressInfo[]> {
    const hosts =
      bind.host === undefined || isIP(bind.host) > 0 ? [bind.host] : await addressesOf(bind.host, bind.port);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#listenOnAll(hosts, bind.port);
      } catch (error) {
        await this.#closeAll();
        // The port that the system chose at the first address may be taken at the second: choose again.
        const mayRetry = bind.port === 0 && hosts.length > 1 && errorCode(error) === 'EADDRINUSE';
        if (!mayRetry || attempt === CHOSEN_PORT_ATTEMPTS_MAX) throw error;
      }
    }
  }

  /** Remembers a connection until its TLS handshake is done or failed. */
  trackHandshake(socket: Duplex): void {
    if (!(socket instanceof Socket)) return;
    const peer = peerOf(socket);
    this.#handshakes.set(peer, socket);
    socket.once('close', () => this.#handshakes.delete(peer));
  }

  /** The connection is somebody else's now. */
  handshakeDone(socket: Socket): void {
    this.#handshakes.delete(peerOf(socket));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const socket of this.#handshakes.values()) socket.destroy();
    await this.#closeAll();
  }

  async #listenOnAll(hosts: readonly (string | undefined)[], port: number): Promise<AddressInfo[]> {
    const addresses: AddressInfo[] = [];
    const absent: unknown[] = [];
    for (const host of hosts) {
      const server = this.#create();
      try {
        const address = await listenOnOne(server, addresses[0]?.port ?? port, host);
        addresses.push(address);
      } catch (error) {
        // A name may stand for an address that this machine does not have, as ::1 where IPv6 is switched off.
        if (hosts.length === 1 || errorCode(error) !== 'EADDRNOTAVAIL') throw error;
        absent.push(error);
        continue;
      }
      // From here on an error costs a connection, not the listener: EMFILE while accepting is the usual one.
      server.on('error', this.#onProblem);
      this.#servers.push(server);
      if (this.#closed) throw new ListenError('The listener was closed while it started.', 'ECANCELED', String(host));
    }
    if (addresses.length === 0) throw absent[0];
    return addresses;
  }

  async #closeAll(): Promise<void> {
    const servers = this.#servers;
    this.#servers = [];
    if (servers.length === 0) return;
    // The callback of close() waits for every connection, and those live on; the address is free a turn after the call.
    for (const server of servers) server.close();
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** Makes a server listen, or says in one sentence why it cannot. */
function listenOnOne(server: Server, port: number, host: string | undefined): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const handleError = (error: Error): void => {
      reject(explainListenError(error, port, host));
    };
    server.once('error', handleError);
    server.listen(
      { port, ...(host === undefined ? {} : { host }), ipv6Only: host !== undefined && host !== '::' },
      () => {
        server.off('error', handleError);
        const address = server.address();
        if (address === null || typeof address === 'string') reject(new Error('A server without address.'));
        else resolve(address);
      },
    );
  });
}

function explainListenError(error: Error, port: number, host: string | undefined): ListenError {
  const address = host === undefined ? `port ${port}` : `${hostInUrl(host)}:${port}`;
  const code = errorCode(error);
  const reason = LISTEN_REASONS[code];
  const sentence =
    reason === undefined ? `Cannot listen on ${address}: ${error.message}.` : `Cannot listen on ${address}: ${reason}.`;
  return new ListenError(sentence, code, address, { cause: error });
}

async function addressesOf(host: string, port: number): Promise<string[]> {
  try {
    const found = await lookup(host, { all: true });
    return [...new Set(found.map((entry) => entry.address))];
  } catch (error) {
    const address = `${host}:${port}`;
    throw new ListenError(`Cannot listen on ${address}: the name ${host} has no address.`, errorCode(error), address, {
      cause: error,
    });
  }
}

/** An IP address as it stands in a URL: IPv6 in brackets. */
export function hostInUrl(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort} ${socket.localAddress}`;
}

const LISTEN_REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program (or another listener) uses this address',
  EACCES: 'this user may not use this port',
  EADDRNOTAVAIL: 'this machine does not have this address',
  EAFNOSUPPORT: 'this machine does not have this kind of address',
};

const CHOSEN_PORT_ATTEMPTS_MAX = 10;
