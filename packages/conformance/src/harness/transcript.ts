import type { EncodablePacket } from '@skua/codec';

/** One thing that happened on one connection. */
export type TranscriptEntry = {
  /** Milliseconds on the target's clock. */
  readonly at: number;
  /** Which connection of the test: the name that the test gave it. */
  readonly client: string;
} & (
  | { readonly kind: 'sent' | 'received'; readonly bytes: Uint8Array; readonly packet: EncodablePacket | undefined }
  | { readonly kind: 'unreadable'; readonly bytes: Uint8Array; readonly problem: string }
  | {
      readonly kind:
        | 'opened'
        | 'closed by broker'
        | 'half-closed by client'
        | 'cut by client'
        | 'closed by client'
        | 'cut by broker';
    }
  /** What a client was asked to do, and what it said to its program. */
  | { readonly kind: 'note'; readonly text: string }
);

/** The transcript as text, one line an entry, packets in words and in hex. */
export function formatTranscript(entries: readonly TranscriptEntry[]): string {
  const start = entries[0]?.at ?? 0;
  return entries
    .map((entry) => {
      const time = `${(entry.at - start).toFixed(0).padStart(6)} ms  ${entry.client.padEnd(12)}`;
      if (entry.kind === 'note') return `${time} ${entry.text}`;
      if (!('bytes' in entry)) return `${time} ${entry.kind}`;
      const arrow = entry.kind === 'sent' ? '→' : '←';
      const what = entry.kind === 'unreadable' ? `unreadable: ${entry.problem}` : describe(entry.packet);
      return `${time} ${arrow} ${what}  ${toHex(entry.bytes)}`;
    })
    .join('\n');
}

/** Bytes in hex, the middle left out when there are very many. */
export function toHex(bytes: Uint8Array): string {
  if (bytes.length <= SHOWN_BYTES_MAX) return digits(bytes);
  return `${digits(bytes.subarray(0, SHOWN_BYTES_MAX))}… (${bytes.length} bytes)`;
}

function digits(part: Uint8Array): string {
  return Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function describe(packet: EncodablePacket | undefined): string {
  if (packet === undefined) return 'raw bytes';
  const fields = Object.entries(packet)
    .filter(([name, value]) => name !== 'type' && value !== undefined)
    .map(([name, value]) => `${name}=${show(value)}`);
  return `${packet.type.toUpperCase()} ${fields.join(' ')}`.trim();
}

/** A value in a few words, bytes in hex. */
export function show(value: unknown): string {
  if (value instanceof Uint8Array) return `0x${toHex(value)}`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return `{${fields.map(([name, field]) => `${name}: ${show(field)}`).join(', ')}}`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

const SHOWN_BYTES_MAX = 128;
