/** Turns values into payloads and back. */
export interface PayloadCodec<T> {
  /** What messages say their payload is; undefined: nothing. */
  readonly contentType?: string | undefined;
  /** Whether the payload is UTF-8 text (Payload Format Indicator). */
  readonly isText?: boolean | undefined;
  encode(value: T): Uint8Array;
  /** @throws when the payload is none of these */
  decode(payload: Uint8Array): T;
}

/** JSON. */
export const jsonCodec: PayloadCodec<unknown> = {
  contentType: 'application/json',
  isText: true,
  encode: (value) => new TextEncoder().encode(JSON.stringify(value)),
  decode: (payload) => JSON.parse(strictText(payload)),
};

/** UTF-8 text. */
export const textCodec: PayloadCodec<string> = {
  contentType: 'text/plain',
  isText: true,
  encode: (value) => new TextEncoder().encode(value),
  decode: strictText,
};

/** The bytes as they are. */
export const bytesCodec: PayloadCodec<Uint8Array> = {
  encode: (value) => value,
  decode: (payload) => payload,
};

function strictText(payload: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
}
