/** What a stamped payload says of itself. */
export interface Stamp {
  /** Which run sent it. */
  readonly run: number;
  /** Which client of the run. */
  readonly client: number;
  /** Its number among the messages of that client, from 0. */
  readonly number: number;
  /** When it was sent, in milliseconds since 1970 with a fraction. */
  readonly sentAt: number;
}

/** The bytes that a stamp takes; a shorter payload has none, and then neither latency nor loss can be told. */
export const STAMP_BYTES = 24;

/** Writes a stamp over the beginning of a payload. */
export function writeStamp(payload: Uint8Array, { run, client, number, sentAt }: Stamp): void {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  view.setUint32(0, MAGIC);
  view.setUint32(4, run);
  view.setUint32(8, client);
  view.setUint32(12, number);
  view.setFloat64(16, sentAt);
}

/** The stamp of a payload, or undefined. */
export function readStamp(payload: Uint8Array): Stamp | undefined {
  if (payload.length < STAMP_BYTES) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  if (view.getUint32(0) !== MAGIC) return undefined;
  return { run: view.getUint32(4), client: view.getUint32(8), number: view.getUint32(12), sentAt: view.getFloat64(16) };
}

/** Now, as stamps have it: two processes on one machine agree. */
export function stampTime(): number {
  return performance.timeOrigin + performance.now();
}

/** "SKUA" */
const MAGIC = 0x534b5541;
