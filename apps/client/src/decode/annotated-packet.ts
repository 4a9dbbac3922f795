import {
  describePacket,
  type DescribedField,
  type PacketDescription,
  type ProtocolVersion,
  type Role,
} from '@skua/codec';

/** How bytes are read as packets. */
export interface DecodeSettings {
  /** Who sent them; undefined: whoever may have. */
  readonly sender: 'client' | 'server' | undefined;
  /** Undefined: that of the CONNECT among them, otherwise 5.0. */
  readonly version: ProtocolVersion | undefined;
}

/** A packet, or the part of one, with its explanation. */
export interface AnnotatedPacket extends PacketDescription {
  readonly sender: 'client' | 'server';
  readonly bytes: Uint8Array;
}

/** Explains one packet after the other, up to the first that is wrong or not complete. */
export function annotatePackets(bytes: Uint8Array, settings: DecodeSettings): readonly AnnotatedPacket[] {
  const packets: AnnotatedPacket[] = [];
  let { version } = settings;
  let offset = 0;
  while (offset < bytes.length) {
    const rest = bytes.subarray(offset);
    const next = annotate(rest, settings.sender, version);
    packets.push({ ...next, bytes: rest.subarray(0, next.length) });
    if (next.packet === undefined) break;
    if (next.packet.type === 'connect' && settings.version === undefined) version = next.packet.protocolVersion;
    offset += next.length;
  }
  return packets;
}

function annotate(
  bytes: Uint8Array,
  sender: 'client' | 'server' | undefined,
  version: ProtocolVersion | undefined,
): PacketDescription & { readonly sender: 'client' | 'server' } {
  const senders = sender === undefined ? (['client', 'server'] as const) : [sender];
  const readings = senders.map((side) => ({
    ...describePacket(bytes, { role: ROLE_OF_READER[side], version }),
    sender: side,
  }));
  // A packet that one side only may send is wrong in the other's reading; of two wrong ones the longer reading tells more.
  const sound = readings.find(({ error }) => error === undefined);
  return sound ?? readings.toSorted((first, second) => second.fields.length - first.fields.length)[0]!;
}

/** The explanation as text: a heading, a line for each field with its offset and bytes, and what is wrong. */
export function formatPacket(packet: AnnotatedPacket): string {
  const { fields, bytes, error, sender } = packet;
  const rows = fields.map((field, index) => fieldRow(field, bytes, isPart(field, fields[index - 1])));
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length), 0));
  const lines = rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
  return `${[heading(packet, sender), ...lines, ...verdict(packet, error)].join('\n')}\n`;
}

function heading({ fields, bytes }: AnnotatedPacket, sender: string): string {
  const type = fields[0]?.value;
  const name = typeof type === 'number' ? (NAMES[type] ?? `type ${type}`) : 'nothing';
  return `${name}, ${bytes.length} ${bytes.length === 1 ? 'byte' : 'bytes'}, from the ${sender}`;
}

function verdict(packet: AnnotatedPacket, error: AnnotatedPacket['error']): readonly string[] {
  if (error !== undefined) {
    const place = error.byteOffset === undefined ? '' : ` at byte ${error.byteOffset}`;
    const statement = error.statement === undefined ? '' : ` [${error.statement}]`;
    const code = `0x${error.reasonCode.toString(16).padStart(2, '0')}`;
    return [`  wrong${place}: ${error.message}${error.message.includes('[') ? '' : statement}; Reason Code ${code}`];
  }
  if (packet.packet !== undefined) return [];
  const remaining = packet.fields.find(({ field }) => field === 'Remaining Length');
  if (remaining === undefined || typeof remaining.value !== 'number') return ['  not complete: the length is missing'];
  const missing = remaining.offset + remaining.length + remaining.value - packet.bytes.length;
  return [`  not complete: ${missing} ${missing === 1 ? 'byte is' : 'bytes are'} missing`];
}

/** Flags stand behind the byte that they are part of. */
function isPart(field: DescribedField, previous: DescribedField | undefined): boolean {
  return previous !== undefined && field.length === 1 && field.offset <= previous.offset && field.field !== 'Flags';
}

function fieldRow(
  { field, offset, length, value }: DescribedField,
  bytes: Uint8Array,
  part: boolean,
): readonly string[] {
  const shown = Buffer.from(bytes.subarray(offset, offset + Math.min(length, BYTES_SHOWN))).toString('hex');
  const hex = part ? '' : (shown.match(/../g) ?? []).join(' ') + (length > BYTES_SHOWN ? ' …' : '');
  return [part ? '' : `${offset}`, hex, part ? `  ${field}` : field, formatValue(field, value)];
}

function formatValue(field: string, value: DescribedField['value']): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') {
    if (field === 'Packet Type') return `${value} (${NAMES[value] ?? 'reserved'})`;
    return field.endsWith('Code') || field.endsWith('Flags') ? `0x${value.toString(16).padStart(2, '0')}` : `${value}`;
  }
  const text = Buffer.from(value.subarray(0, TEXT_SHOWN)).toString('utf8');
  const more = value.length > TEXT_SHOWN ? '…' : '';
  const unit = value.length === 1 ? 'byte' : 'bytes';
  return `${value.length} ${unit}${isPrintable(text) && value.length > 0 ? `: ${JSON.stringify(text)}${more}` : ''}`;
}

function isPrintable(text: string): boolean {
  return /^[^\p{Cc}\uFFFD]*$/u.test(text);
}

const ROLE_OF_READER: Readonly<Record<'client' | 'server', Role>> = { client: 'server', server: 'client' };

const NAMES: Readonly<Record<number, string>> = {
  1: 'CONNECT',
  2: 'CONNACK',
  3: 'PUBLISH',
  4: 'PUBACK',
  5: 'PUBREC',
  6: 'PUBREL',
  7: 'PUBCOMP',
  8: 'SUBSCRIBE',
  9: 'SUBACK',
  10: 'UNSUBSCRIBE',
  11: 'UNSUBACK',
  12: 'PINGREQ',
  13: 'PINGRESP',
  14: 'DISCONNECT',
  15: 'AUTH',
};

const BYTES_SHOWN = 8;
const TEXT_SHOWN = 60;
