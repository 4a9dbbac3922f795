import type { ProtocolVersion } from '@skua/codec';
import { expect } from 'vitest';

import { Broker, type BrokerPorts } from '../src/broker.ts';
import type { BrokerEvent } from '../src/events.ts';
import type { BrokerOptionsInput } from '../src/options.ts';
import { ScriptedClient } from './scripted-client.ts';

/** A broker, a virtual clock, and the clients of one test. */
export class World {
  readonly broker: Broker;
  readonly events: BrokerEvent[] = [];
  readonly opened: ScriptedClient[] = [];
  now = 1_700_000_000_000;

  constructor(options: BrokerOptionsInput = {}, ports: BrokerPorts = {}) {
    this.broker = new Broker(options, {
      ...ports,
      events: (event) => {
        this.events.push(event);
        ports.events?.(event);
      },
    });
  }

  /** A client that is not connected yet; 5.0 unless another version is given. */
  client(clientIdentifier: string, version: ProtocolVersion = 5): ScriptedClient {
    return new ScriptedClient(this, clientIdentifier, version);
  }

  /** Lets time pass, stopping wherever the broker wants to be called. */
  advance(ms: number): void {
    const end = this.now + ms;
    for (let next = this.broker.nextTimeout(); next !== undefined && next <= end; next = this.broker.nextTimeout()) {
      this.now = Math.max(this.now, next);
      this.broker.handleTimeout(this.now);
    }
    this.now = end;
    this.broker.handleTimeout(end);
    this.check();
  }

  /** Nothing inside the broker has failed. */
  check(): void {
    const failed = this.events.find((event) => event.type === 'internalError');
    if (failed?.type === 'internalError') throw failed.error;
    expect(this.broker.counters.internalErrors).toBe(0);
    for (const { link } of this.opened) {
      expect(link.writtenAfterClose).toBe(0);
      for (const { payload, was } of link.references.splice(0)) expect(payload).toEqual(was);
    }
  }

  /** Events of one type. */
  eventsOf<Type extends BrokerEvent['type']>(type: Type): Extract<BrokerEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<BrokerEvent, { type: Type }> => event.type === type);
  }
}
