import type { TransportProtocol } from './transport-info.ts';
import type { Transport } from './transport.ts';

/** Something that accepts connections. Transports that it has handed over live on when it closes. */
export interface Listener {
  /**
   * Starts to listen. Called once.
   *
   * @param accept - is given each new transport and must open or destroy it before it returns.
   * @param onProblem - hears of troubles that cost one peer its connection but not the listener its life: a TLS handshake
   *   that failed, a refused upgrade, no file descriptors left.
   * @returns what is really listened on, one entry an address: a host name may stand for several, port 0 is a real port here.
   * @throws {ListenError} when it cannot listen.
   */
  listen(
    accept: (transport: Transport) => void,
    onProblem?: (error: Error) => void,
  ): Promise<readonly ListenerAddress[]>;

  /** Stops to listen and resolves when the address is free again. May be called at any time and more than once. */
  close(): Promise<void>;
}

/** One address that is listened on. */
export interface ListenerAddress {
  readonly protocol: TransportProtocol;
  readonly encrypted: boolean;
  /** An IP address, or a path for 'unix'. */
  readonly address: string;
  /** The real port, or undefined for 'unix'. */
  readonly port: number | undefined;
  /** The same as one text for people and clients: `mqtt://127.0.0.1:1883`, `mqtts://[::1]:8883`, `ws://…/mqtt`, `unix:/run/x`. */
  readonly url: string;
}

/** A listener could not start. The message is one sentence that names the address and the reason. */
export class ListenError extends Error {
  override name = 'ListenError';
  /** The system's name for the reason: 'EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', … */
  readonly code: string;
  /** The address as far as it is known, e.g. `127.0.0.1:1883`. */
  readonly address: string;

  constructor(message: string, code: string, address: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.address = address;
  }
}
