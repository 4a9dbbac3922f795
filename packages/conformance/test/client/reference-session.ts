import { PacketIdentifiers, Receiver, Sender } from '@skua/session';
import type { ConnectRequest } from '../../src/index.ts';

/** What the reference client keeps between its connections, and for how long. */
export class ReferenceSession<M> {
  identifiers: PacketIdentifiers = new PacketIdentifiers();
  sender: Sender<M> = new Sender<M>(this.identifiers);
  receiver: Receiver = new Receiver();
  /** Whether the server may have a session too. */
  exists = false;
  /** The Client Identifier that the server chose. */
  assignedIdentifier = '';
  #expiryMs = 0;
  #expiresAt = Infinity;

  /** A CONNECT is about to be sent. */
  begin(request: ConnectRequest, now: number): void {
    if (request.cleanStart || now >= this.#expiresAt) this.discard();
    const seconds = request.protocolVersion === 5 ? (request.properties.sessionExpiryInterval ?? 0) : Infinity;
    this.#expiryMs = request.cleanStart && request.protocolVersion !== 5 ? 0 : seconds * 1000;
  }

  connected(receiveMaximumOfServer: number, receiveMaximum: number): void {
    this.exists = true;
    this.#expiresAt = Infinity;
    this.sender.connect(receiveMaximumOfServer);
    this.receiver.connect(receiveMaximum);
  }

  disconnected(now: number): void {
    this.sender.disconnect();
    this.receiver.disconnect();
    if (this.#expiryMs === 0) this.discard();
    this.#expiresAt = now + this.#expiryMs;
  }

  discard(): void {
    this.exists = false;
    this.identifiers = new PacketIdentifiers();
    this.sender = new Sender<M>(this.identifiers);
    this.receiver = new Receiver();
  }
}
