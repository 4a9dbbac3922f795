import type { ConnectionSettings } from '../connection/connection-settings.ts';
import type { TextTemplate } from './text-template.ts';

/** What a load test does. */
export type BenchKind = 'pub' | 'sub' | 'conn' | 'pair';

/** What a load test is told. */
export interface BenchSettings extends ConnectionSettings {
  clients: number;
  /** Connections a second. */
  connectRate: number;
  /** `pair`: subscribers of each publisher. */
  subscribers: number;
  topic: TextTemplate | undefined;
  qos: 0 | 1 | 2;
  retain: boolean;
  size: number;
  payload: TextTemplate | undefined;
  /** Messages a second, of all clients together. */
  rate: number;
  /** Seconds. */
  ramp: number;
  /** Messages in all, or for `sub` received in all. */
  count: number;
  /** Seconds. */
  duration: number;
  /** Milliseconds that 99 of 100 messages of a second may take. */
  latencyMax: number;
  /** Per cent of the messages that may be lost or refused. */
  lossMax: number;
  json: boolean;
}
