import type { Scenario, TransportName } from '../scenarios/scenario.ts';
import type { StartedBroker } from './started-broker.ts';

/** The names on the command line. */
export type BrokerName = 'skua' | 'mosquitto' | 'aedes';

/** What a run asks of a broker. */
export interface StartOptions {
  readonly transport: TransportName;
  /** A folder that gets the broker's CPU profile when it stops; only Skua can. */
  readonly profileFolder?: string | undefined;
  /** More lines for the configuration file, of brokers that have one. */
  readonly configuration?: readonly string[];
  /** Whether the broker has a store on the disk; only Skua can. */
  readonly withStore?: boolean;
  /** Whether the broker's own counters are asked for; only Skua can. */
  readonly withCounters?: boolean;
}

/** A broker that can be measured. */
export interface BrokerUnderTest {
  readonly name: BrokerName;
  /** Name and version as the tables show it. */
  readonly title: string;
  /** Whether the broker can do what the scenario needs. */
  supports(scenario: Scenario): boolean;
  /** A fresh process on a free port. */
  start(options: StartOptions): Promise<StartedBroker>;
}
