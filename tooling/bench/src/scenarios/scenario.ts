import type { QoS } from '@skua/codec';

/** How messages travel: each publisher to its own subscriber, all to one, one to all, or each to one member of a group. */
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
  /** Bytes, 12 at least: the stamp stands there. */
  readonly payloadBytes: number;
  /** Messages of one publisher under way: sent, but not yet with all who get them, or not yet acknowledged; 1 to 59,999. */
  readonly window: number;
  /** Messages a second of all publishers together; without it each sends as soon as its window has room. */
  readonly rate?: number;
  /** 4: 3.1.1, 5: 5.0. */
  readonly protocolVersion: 4 | 5;
  /** Message Expiry Interval, Content Type and two User Properties with every message; needs 5.0. */
  readonly properties?: boolean;
  readonly transport: TransportName;
  /** Whether broker and generator share one CPU, so that a latency is not the time that the other CPU takes to wake up. */
  readonly oneCpu?: boolean;
  /**
   * Whether Skua has a store on the disk: `beside` sessions that end with their connections, or for those of the subscribers,
   * which outlive them (`durable`), so that nothing is acknowledged before it is on the disk. The peers have none.
   */
  readonly store?: 'beside' | 'durable';
  /** Filters of other sessions that match none of the messages. */
  readonly otherFilters?: number;
  /** Sessions that subscribe and unsubscribe all the time, and how often all of them together, each counted, in a second. */
  readonly churn?: { readonly sessions: number; readonly perSecond: number };
}

/** Retained messages are stored, each on a topic of its own; then one subscriber of `#` gets them all. */
export interface RetainedScenario {
  readonly kind: 'retained';
  readonly messages: number;
  readonly payloadBytes: number;
  /** Messages that may be unacknowledged while they are stored, with QoS 1. */
  readonly window: number;
}

/** Clients connect and then say nothing. */
export interface IdleScenario {
  readonly kind: 'idle';
  readonly connections: number;
  /** Connection attempts under way at a time. */
  readonly atATime: number;
}

/** The program starts and rests. */
export interface StartScenario {
  readonly kind: 'start';
}

/**
 * A subscriber stops reading what two publishers send to it, one with QoS 0 and one with QoS 1, while others run at full
 * speed; then it reads again.
 */
export interface IsolationScenario {
  readonly kind: 'isolation';
  readonly others: FlowScenario;
  readonly stalledPayloadBytes: number;
  /** Messages a second to the stalled subscriber, of each of its two publishers. */
  readonly stalledRate: number;
}

/** Anything that can be run. */
export type Scenario = FlowScenario | RetainedScenario | IdleScenario | StartScenario | IsolationScenario;
