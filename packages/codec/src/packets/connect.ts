import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties } from '../encode-properties.ts';
import { checkWhole, refusal } from '../encode-refusal.ts';
import { CONNECT, propertyPlace, type PropertyPlace } from '../property-place.ts';
import type { ProtocolVersion } from '../protocol-version.ts';
import type { UserProperty } from '../user-property.ts';
import {
  CLEAN_START,
  CONNECT_RESERVED,
  PASSWORD_FLAG,
  USER_NAME_FLAG,
  WILL_FLAG,
  WILL_QOS,
  WILL_RETAIN,
} from './packet-flags.ts';
import type { Encodable } from './packet.ts';
import { decodeWill, encodeWill, willFlags, type Will } from './will.ts';
import { cite, wireFormat, type WireFormat } from './wire-format.ts';

/** A request to connect, the first packet that a client sends (section 3.1). */
export interface ConnectPacket {
  readonly type: 'connect';
  readonly protocolVersion: ProtocolVersion;
  /** Clean Start; in 3.1.1 the same bit is called Clean Session. */
  readonly cleanStart: boolean;
  /** Seconds, 0 to 65,535; 0 switches the keep alive mechanism off. */
  readonly keepAlive: number;
  /** May be empty: the server then assigns one, if it does so at all. */
  readonly clientIdentifier: string;
  readonly will?: Will | undefined;
  readonly userName?: string | undefined;
  /** Without a user name only in 5.0. */
  readonly password?: Uint8Array | undefined;
  /** Empty for 3.1.1 and 3.1. */
  readonly properties: ConnectProperties;
}

/** The properties of CONNECT (section 3.1.2.11). */
export interface ConnectProperties {
  /** Seconds, 0 to 4,294,967,295; the largest value means that the session never expires. */
  readonly sessionExpiryInterval?: number | undefined;
  /** 1 to 65,535. */
  readonly receiveMaximum?: number | undefined;
  /** Bytes, 1 to 4,294,967,295. */
  readonly maximumPacketSize?: number | undefined;
  /** 0 to 65,535. */
  readonly topicAliasMaximum?: number | undefined;
  readonly requestResponseInformation?: boolean | undefined;
  readonly requestProblemInformation?: boolean | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
  readonly authenticationMethod?: string | undefined;
  /** Only with `authenticationMethod`. */
  readonly authenticationData?: Uint8Array | undefined;
}

/** Reads what follows the fixed header of a CONNECT, and sets the reader's format to that of the version found. */
export function decodeConnect(reader: ByteReader): ConnectPacket {
  const protocolVersion = decodeProtocolVersion(reader);
  reader.format = wireFormat(protocolVersion);
  const flags = decodeFlags(reader);
  const keepAlive = reader.twoByteInteger('Keep Alive');
  const { position } = reader;
  const properties = decodeProperties(reader, PROPERTIES);
  if (properties.authenticationData !== undefined && properties.authenticationMethod === undefined) {
    throw reader.forbidden('Authentication Method', 'missing', METHOD_ALLOWED, position, 'U-3.1.2.11.10-1');
  }
  return {
    type: 'connect',
    protocolVersion,
    cleanStart: (flags & CLEAN_START) !== 0,
    keepAlive,
    // [MQTT-3.1.3-1]: in this order
    clientIdentifier: reader.string('Client Identifier'),
    will: (flags & WILL_FLAG) === 0 ? undefined : decodeWill(reader, flags),
    userName: (flags & USER_NAME_FLAG) === 0 ? undefined : reader.string('User Name'),
    password: (flags & PASSWORD_FLAG) === 0 ? undefined : reader.binary('Password'),
    properties,
  };
}

/** The bytes of a CONNECT. */
export function encodeConnect(packet: Encodable<ConnectPacket>, writer: ByteWriter): Uint8Array {
  const { keepAlive, clientIdentifier, will, userName, password, properties } = packet;
  const { format } = writer;
  if (packet.protocolVersion !== format.version) {
    throw refusal('protocolVersion', packet.protocolVersion, `${format.version}, the version to encode for`);
  }
  checkWhole(keepAlive, 0, 0xffff, 'keepAlive');
  const name = format.version === 3 ? NAME_3_1 : NAME;
  writer.begin(0x10);
  writer.string(name, '', '');
  writer.byte(format.version);
  writer.byte(
    (packet.cleanStart ? CLEAN_START : 0) |
      (will === undefined ? 0 : WILL_FLAG | willFlags(will)) |
      (password === undefined ? 0 : PASSWORD_FLAG) |
      (userName === undefined ? 0 : USER_NAME_FLAG),
  );
  writer.twoByteInteger(keepAlive);
  encodeProperties(properties, PROPERTIES, writer);
  if (format.hasProperties) {
    if (properties.authenticationData !== undefined && properties.authenticationMethod === undefined) {
      throw refusal('properties.authenticationMethod', undefined, METHOD_ALLOWED, 'U-3.1.2.11.10-1');
    }
  } else if (password !== undefined && userName === undefined) {
    throw refusal('password', password, PASSWORD_ALLOWED, 'v3 MQTT-3.1.2-22');
  }
  writer.string(clientIdentifier, '', 'clientIdentifier');
  if (will !== undefined) encodeWill(will, writer);
  if (userName !== undefined) writer.string(userName, '', 'userName');
  if (password !== undefined) writer.binary(password, '', 'password');
  return writer.finish();
}

function decodeProtocolVersion(reader: ByteReader): ProtocolVersion {
  const nameOffset = reader.position;
  const name = reader.string('Protocol Name');
  const { position } = reader;
  const level = reader.byte('Protocol Version');
  if (name === NAME && (level === 4 || level === 5)) return level;
  if (name === NAME_3_1 && level === 3) return level;
  const [field, found, offset, statement] =
    name === NAME || name === NAME_3_1
      ? (['Protocol Version', level, position, 'MQTT-3.1.2-2'] as const)
      : (['Protocol Name', JSON.stringify(name.slice(0, 16)), nameOffset, 'MQTT-3.1.2-1'] as const);
  const reasonCode = 0x84; // Unsupported Protocol Version
  throw reader.forbidden(field, found, 'MQTT with 4 or 5, MQIsdp with 3', offset, statement, reasonCode);
}

function decodeFlags(reader: ByteReader): number {
  const { position } = reader;
  const flags = reader.byte('Connect Flags');
  const statement = flagsFault(flags, reader.format);
  if (statement !== undefined) {
    throw reader.malformed('Connect Flags', flags, 'those of section 3.1.2.3', position, statement);
  }
  return flags;
}

/** The statement that a combination of Connect Flags violates. */
function flagsFault(flags: number, format: WireFormat): string | undefined {
  if ((flags & CONNECT_RESERVED) !== 0) return cite(format, 'MQTT-3.1.2-3', 'v3 MQTT-3.1.2-3'); // [U-3.1.2.3-1]
  if ((flags & WILL_FLAG) === 0) {
    if ((flags & WILL_QOS) !== 0) return cite(format, 'MQTT-3.1.2-11', 'v3 MQTT-3.1.2-13');
    if ((flags & WILL_RETAIN) !== 0) return cite(format, 'MQTT-3.1.2-13', 'v3 MQTT-3.1.2-15');
  } else if ((flags & WILL_QOS) === WILL_QOS) {
    return cite(format, 'MQTT-3.1.2-12', 'v3 MQTT-3.1.2-14'); // [U-3.1.2.6-1]
  }
  if ((flags & PASSWORD_FLAG) !== 0 && (flags & USER_NAME_FLAG) === 0 && !format.hasProperties)
    return 'v3 MQTT-3.1.2-22';
  return undefined;
}

const PROPERTIES: PropertyPlace<ConnectProperties> = propertyPlace(CONNECT, () => ({}));
const METHOD_ALLOWED = 'one with Authentication Data';
const PASSWORD_ALLOWED = 'only with a user name';
const NAME = 'MQTT';
const NAME_3_1 = 'MQIsdp';
