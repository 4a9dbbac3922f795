/** What a request before 5.0 has in front of its payload, because it has no properties. */
export interface Envelope {
  /** Empty in a response. */
  readonly responseTopic: string;
  readonly correlationData: Uint8Array;
}

/**
 * Puts an envelope in front of a payload: the text `MQTT-REQUEST/1`, the Correlation Data in hex and the response topic,
 * with spaces between and a line feed behind.
 */
export function writeEnvelope({ responseTopic, correlationData }: Envelope, payload: Uint8Array): Uint8Array {
  const hex = [...correlationData].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const head = new TextEncoder().encode(`${MARK} ${hex} ${responseTopic}\n`);
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return bytes;
}

/** Takes envelope and payload apart; undefined when there is no envelope. */
export function readEnvelope(bytes: Uint8Array): (Envelope & { readonly payload: Uint8Array }) | undefined {
  const end = bytes.subarray(0, HEAD_BYTES_MAX).indexOf(0x0a);
  if (end < 0) return undefined;
  const match = /^MQTT-REQUEST\/1 ((?:[0-9a-f]{2})*) (.*)$/.exec(new TextDecoder().decode(bytes.subarray(0, end)));
  if (match === null) return undefined;
  const [, hex = '', responseTopic = ''] = match;
  const correlationData = Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16),
  );
  return { responseTopic, correlationData, payload: bytes.subarray(end + 1) };
}

const MARK = 'MQTT-REQUEST/1';
/** The mark, the Correlation Data of this client and the longest topic. */
const HEAD_BYTES_MAX = 66_000;
