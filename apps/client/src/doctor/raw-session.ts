import { encodePacket, PacketReader, type ConnackPacket, type Packet, type ProtocolVersion } from '@skua/codec';
import type { Transport } from '@skua/transport';
import type { ConnectionSettings } from '../connection/connection-settings.ts';
import { dialSettings } from '../connection/dial-settings.ts';

/** One connection, packet by packet: for questions that a client library does not ask. */
export class RawSession {
  readonly #transport: Transport;
  readonly #reader: PacketReader;
  readonly #version: ProtocolVersion;
  #waiting: ((packet: Packet | Error) => void) | undefined;

  private constructor(transport: Transport, version: ProtocolVersion) {
    this.#transport = transport;
    this.#version = version;
    this.#reader = new PacketReader({ role: 'client', protocolVersion: version });
    transport.open({
      onData: (chunk) => this.#handleData(chunk),
      onWritable: () => {},
      onClose: (error) => this.#answer(error ?? new Error('the server closed the connection')),
    });
  }

  /** Opens a connection and says CONNECT. @throws {Error} when there is no answer */
  static async open(
    settings: ConnectionSettings,
    version: ProtocolVersion,
    signal: AbortSignal,
  ): Promise<{ readonly session: RawSession; readonly connack: ConnackPacket }> {
    const session = new RawSession(await dialSettings(settings, signal), version);
    try {
      const { userName, password, properties, keepAlive } = settings;
      const answer = await session.#ask(
        encodePacket(
          {
            type: 'connect',
            protocolVersion: version,
            cleanStart: true,
            keepAlive,
            clientIdentifier: settings.clientIdentifier ?? `skua-${Math.random().toString(36).slice(2, 10)}`,
            ...(userName === undefined ? {} : { userName }),
            ...(password === undefined ? {} : { password: new TextEncoder().encode(password) }),
            properties: properties.connect,
          },
          version,
        ),
        signal,
      );
      if (answer.type !== 'connack') throw new Error(`the server answered with ${answer.type.toUpperCase()}`);
      return { session, connack: answer };
    } catch (error) {
      session.#transport.destroy();
      throw error;
    }
  }

  /** Milliseconds from PINGREQ to PINGRESP. */
  async ping(signal: AbortSignal): Promise<number> {
    const startedAt = performance.now();
    await this.#ask(encodePacket({ type: 'pingreq' }, this.#version), signal);
    return performance.now() - startedAt;
  }

  /** Says DISCONNECT. */
  close(): void {
    this.#transport.write(encodePacket({ type: 'disconnect', reasonCode: 0, properties: {} }, this.#version));
    this.#transport.end();
  }

  #ask(bytes: Uint8Array, signal: AbortSignal): Promise<Packet> {
    return new Promise((resolve, reject) => {
      const handleAbort = (): void => {
        this.#answer(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
      };
      signal.addEventListener('abort', handleAbort, { once: true });
      this.#waiting = (answer) => {
        signal.removeEventListener('abort', handleAbort);
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      };
      this.#transport.write(bytes);
    });
  }

  #handleData(chunk: Uint8Array): void {
    try {
      this.#reader.push(chunk);
      for (let packet = this.#reader.next(); packet !== undefined; packet = this.#reader.next()) this.#answer(packet);
    } catch (error) {
      this.#answer(error instanceof Error ? error : new Error(String(error)));
      this.#transport.destroy();
    }
  }

  #answer(answer: Packet | Error): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(answer);
  }
}
