import { bin, frame, join, properties, str, u16, type Bytes } from '../bytes.ts';
import type { VectorPacket, VectorVersion } from '../vector.ts';

/** The Will fields of a CONNECT payload. */
export interface WillFields {
  readonly set?: Bytes;
  readonly topic?: string | Bytes;
  readonly payload?: Bytes;
}

/** The fields of a CONNECT; what is left out is plain and right. */
export interface ConnectFields {
  readonly firstByte?: number;
  readonly name?: string | Bytes;
  readonly level?: number;
  readonly flags?: number;
  readonly keepAlive?: number;
  readonly set?: Bytes;
  readonly clientIdentifier?: string | Bytes;
  readonly will?: WillFields;
  readonly userName?: string | Bytes;
  readonly password?: Bytes;
  readonly rest?: Bytes;
}

/** A CONNECT of that version. The flags are taken as given: they need not agree with the fields. */
export function connectBytes(version: VectorVersion, fields: ConnectFields = {}): Bytes {
  const five = version === 5;
  const { will } = fields;
  return frame(
    fields.firstByte ?? 0x10,
    str(fields.name ?? (version === 3 ? 'MQIsdp' : 'MQTT')),
    [fields.level ?? version, fields.flags ?? 0x02],
    u16(fields.keepAlive ?? 60),
    fields.set ?? (five ? [0] : []),
    str(fields.clientIdentifier ?? 'c1'),
    will === undefined
      ? []
      : join(will.set ?? (five ? properties() : []), str(will.topic ?? 'w/t'), bin(will.payload ?? [0x62, 0x79, 0x65])),
    fields.userName === undefined ? [] : str(fields.userName),
    fields.password === undefined ? [] : bin(fields.password),
    fields.rest ?? [],
  );
}

/** What the plain CONNECT decodes to, with other values for some fields. */
export function connectPacket(version: VectorVersion, fields: Partial<VectorPacket> = {}): VectorPacket {
  return {
    type: 'connect',
    protocolVersion: version,
    cleanStart: true,
    keepAlive: 60,
    clientIdentifier: 'c1',
    properties: {},
    ...fields,
  };
}

/** What the plain Will decodes to, with other values for some fields. */
export function willPacket(fields: Partial<VectorPacket> = {}): Partial<VectorPacket> {
  return { will: { topicName: 'w/t', payload: '627965', qos: 0, retain: false, properties: {}, ...fields } };
}
