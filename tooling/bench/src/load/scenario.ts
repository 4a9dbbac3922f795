import type { QoS } from '@skua/codec';

/** How messages travel: each publisher to its own subscriber, all to each, or each to one member of a group. */
export type FlowPattern = 'pairs' | 'fanIn' | 'fanOut' | 'shared';

/** The ways to a broker that can be measured. */
export type TransportName = 'tcp' | 'tls' | 'webSocket';

/** Messages that flow from publishers to subscribers as fast as the window allows, or at a rate. */
export interface FlowScenario {
  readonly kind: 'flow';
  readonly pattern: FlowPattern;
  readonly publishers: number;
  readonly subscribers: number;
  readonly qos: QoS;
  /** At least {@link STAMP_BYTES}. */
  readonly payloadBytes: number;
  /** Messages of one publisher under way: sent, but not yet with all who get them, or not yet acknowledged. */
  readonly window: number;
  /** Messages a second of all publishers together; without it each sends as soon as its window has room. */
  readonly rate?: number;
  /** 4: 3.1.1, 5: 5.0. */
  readonly protocolVersion: 4 | 5;
  /** Message Expiry Interval, Content Type and two User Properties with every message; needs 5.0. */
  readonly properties?: boolean;
  readonly transport: TransportName;
}
