import type { ConnackPacket } from '@skua/codec';
import type { ClientState } from './engine/client-state.ts';
import type { SubscriptionResult } from './engine/errors.ts';
import type { PacketRecord } from './engine/packet-ring.ts';
import type { SessionLoss } from './engine/publisher.ts';
import type { ReceivedMessage } from './engine/received-message.ts';

/** Everything that a client tells, by name. */
export interface ClientEvents {
  /** Every change of `client.state`. */
  state: ClientState;
  connected: { readonly connack: ConnackPacket; readonly server: string };
  disconnected: { readonly cause: Error; readonly willReconnect: boolean };
  /** After a lost session every subscription was asked for again. */
  subscriptionsRestored: { readonly results: readonly SubscriptionResult[] };
  sessionLost: SessionLoss;
  messageDropped: { readonly direction: 'sent' | 'received'; readonly topicName: string; readonly reason: string };
  /** A publish that was admitted failed, or one by `send`. */
  publishFailed: { readonly topicName: string; readonly error: Error };
  /** A handler of the application threw, or its promise was rejected. The message counts as handled. */
  handlerFailed: { readonly error: unknown; readonly message: ReceivedMessage };
  /** A listener of one of these events threw, or a store or hook failed. */
  failed: { readonly error: unknown };
  /** The record is written over later. */
  packetSent: PacketRecord;
  packetReceived: PacketRecord;
}

type Listener<T> = (event: T) => void;

/** Typed listeners. One that throws hurts nobody else, and an event without listeners is no error. */
export class Events {
  readonly #listeners: { readonly [T in keyof ClientEvents]: Set<Listener<ClientEvents[T]>> } = {
    state: new Set(),
    connected: new Set(),
    disconnected: new Set(),
    subscriptionsRestored: new Set(),
    sessionLost: new Set(),
    messageDropped: new Set(),
    publishFailed: new Set(),
    handlerFailed: new Set(),
    failed: new Set(),
    packetSent: new Set(),
    packetReceived: new Set(),
  };

  /** Adds a listener. @returns what takes it away again */
  on<T extends keyof ClientEvents>(type: T, listener: Listener<ClientEvents[T]>): () => void {
    const listeners: Set<Listener<ClientEvents[T]>> = this.#listeners[type];
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Whether anybody listens. */
  has(type: keyof ClientEvents): boolean {
    return this.#listeners[type].size > 0;
  }

  /** Tells the listeners. */
  emit<T extends keyof ClientEvents>(type: T, event: ClientEvents[T]): void {
    const listeners: Set<Listener<ClientEvents[T]>> = this.#listeners[type];
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        if (type !== 'failed') this.emit('failed', { error });
      }
    }
  }
}
