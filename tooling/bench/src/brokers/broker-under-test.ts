import type { TransportName } from '../load/scenario.ts';
import type { StartedBroker } from './started-broker.ts';

/** What a run asks of a broker. */
export interface StartOptions {
  readonly transport: TransportName;
  /** A folder that gets the broker's CPU profile when it stops; only Skua can. */
  readonly profileFolder?: string;
  /** More lines for the configuration file, of brokers that have one. */
  readonly configuration?: readonly string[];
}

/** The names on the command line. */
export type BrokerName = 'skua' | 'mosquitto' | 'aedes';

/** A broker that can be measured. */
export interface BrokerUnderTest {
  readonly name: BrokerName;
  /** Name and version as the tables show it. */
  readonly title: string;
  /** A fresh process on a free port. */
  start(options: StartOptions): Promise<StartedBroker>;
}
