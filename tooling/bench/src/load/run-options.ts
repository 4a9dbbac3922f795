import type { Endpoint } from './connection.ts';

/** How long a run takes, and whose CPU it measures. */
export interface RunOptions {
  readonly endpoint: Endpoint;
  /** The broker's process. */
  readonly brokerPid: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** When nothing has come for so long, nothing more will; 2,000 when left out. */
  readonly stillMs?: number | undefined;
}
