import { Histogram } from './histogram.ts';

/** Everything that a load test counts. One object for all clients. */
export class BenchCounters {
  connected = 0;
  /** Attempts that failed for good. */
  failedConnections = 0;
  /** Connections that were lost while the test ran. */
  lostConnections = 0;
  sent = 0;
  sentBytes = 0;
  acknowledged = 0;
  /** Messages that were refused or could not be sent. */
  refused = 0;
  received = 0;
  receivedBytes = 0;
  /** What kept from sending at the rate that was asked for, in messages. */
  behind = 0;
  /** From the first step of a connection to its CONNACK. */
  readonly connectLatency: Histogram = new Histogram();
  /** From publish to the acknowledgement. */
  readonly acknowledgeLatency: Histogram = new Histogram();
  /** From publish to the arrival at a subscriber. */
  readonly deliveryLatency: Histogram = new Histogram();
  /** The same of the last second. */
  readonly recentLatency: Histogram = new Histogram();
  readonly errors: Map<string, number> = new Map();
  firstError: unknown;

  /** Counts an error by its text; of more than some dozens the rest counts as one. */
  countError(error: unknown): void {
    this.firstError ??= error;
    const text = error instanceof Error ? error.message : String(error);
    const key = this.errors.has(text) || this.errors.size < ERRORS_MAX ? text : 'other errors';
    this.errors.set(key, (this.errors.get(key) ?? 0) + 1);
  }
}

const ERRORS_MAX = 30;
