import type { ByteReader } from '../byte-reader.ts';
import { variableByteIntegerLength, type ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties, measureProperties } from '../encode-properties.ts';
import { EncodeError } from '../errors.ts';
import { checkInteger, measureBinary, measureString } from '../measure-fields.ts';
import { ProtocolVersion } from '../protocol-version.ts';
import { ReasonCode } from '../reason-code.ts';
import type { UserProperty } from '../user-property.ts';
import type { Encodable } from './packet.ts';
import { decodeWill, encodeWill, measureWill, willFlags, type Will } from './will.ts';
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
  const format = wireFormat(protocolVersion);
  reader.format = format;
  const flagsOffset = reader.position;
  const flags = reader.byte('Connect Flags');
  checkFlags(reader, flags, flagsOffset);
  const keepAlive = reader.twoByteInteger('Keep Alive');
  const propertiesOffset = reader.position;
  const properties = format.hasProperties
    ? decodeProperties(reader, 'connect', NO_PROPERTIES, createProperties)
    : NO_PROPERTIES;
  if (properties.authenticationData !== undefined && properties.authenticationMethod === undefined) {
    throw reader.forbidden('Authentication Data without Authentication Method', propertiesOffset, 'U-3.1.2.11.10-1');
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

/** The Remaining Length of a CONNECT; checks it. */
export function measureConnect(packet: Encodable<ConnectPacket>, writer: ByteWriter): number {
  const { format } = writer;
  const { properties, will, userName, password } = packet;
  if (packet.protocolVersion !== format.version) {
    const found = packet.protocolVersion;
    throw new EncodeError({ field: 'protocolVersion', found, allowed: `${format.version}, the version to encode for` });
  }
  checkInteger(packet.keepAlive, 0, 0xffff, 'keepAlive');
  let length = 6 + protocolName(format).length;
  if (format.hasProperties) {
    writer.propertyLength = measureProperties(properties, 'connect', writer);
    length += variableByteIntegerLength(writer.propertyLength) + writer.propertyLength;
    if (properties?.authenticationData !== undefined && properties.authenticationMethod === undefined) {
      const field = 'properties.authenticationMethod';
      throw new EncodeError({ field, found: undefined, allowed: 'a string', statement: 'U-3.1.2.11.10-1' });
    }
  } else if (password !== undefined && userName === undefined) {
    const allowed = 'a password only with a user name';
    throw new EncodeError({ field: 'password', found: password, allowed, statement: 'v3 MQTT-3.1.2-22' });
  }
  length += measureString(packet.clientIdentifier, '', 'clientIdentifier', writer);
  if (will !== undefined) length += measureWill(will, writer);
  if (userName !== undefined) length += measureString(userName, '', 'userName', writer);
  if (password !== undefined) length += measureBinary(password, '', 'password');
  return length;
}

/** Checks and writes a CONNECT. */
export function encodeConnect(packet: Encodable<ConnectPacket>, writer: ByteWriter): void {
  const { format } = writer;
  const { will, userName, password } = packet;
  writer.begin(0x10, measureConnect(packet, writer));
  writer.string(protocolName(format));
  writer.byte(format.version);
  writer.byte(
    (packet.cleanStart ? CLEAN_START : 0) |
      (will === undefined ? 0 : WILL_FLAG | willFlags(will)) |
      (password === undefined ? 0 : PASSWORD_FLAG) |
      (userName === undefined ? 0 : USER_NAME_FLAG),
  );
  writer.twoByteInteger(packet.keepAlive);
  if (format.hasProperties) encodeProperties(packet.properties, writer.propertyLength, writer);
  writer.string(packet.clientIdentifier);
  if (will !== undefined) encodeWill(will, writer);
  if (userName !== undefined) writer.string(userName);
  if (password !== undefined) writer.binary(password);
}

function decodeProtocolVersion(reader: ByteReader): ProtocolVersion {
  const nameOffset = reader.position;
  const name = reader.string('Protocol Name');
  const levelOffset = reader.position;
  const level = reader.byte('Protocol Version');
  if (name === NAME && level === ProtocolVersion.v5_0) return ProtocolVersion.v5_0;
  if (name === NAME && level === ProtocolVersion.v3_1_1) return ProtocolVersion.v3_1_1;
  if (name === NAME_3_1 && level === ProtocolVersion.v3_1) return ProtocolVersion.v3_1;
  if (name === NAME || name === NAME_3_1) {
    const message = `Protocol Version is ${level} after ${name}; allowed: 4 and 5 after ${NAME}, 3 after ${NAME_3_1}`;
    throw reader.forbidden(message, levelOffset, 'MQTT-3.1.2-2', ReasonCode.UnsupportedProtocolVersion);
  }
  const message = `Protocol Name is ${JSON.stringify(name.slice(0, 16))}; allowed: ${NAME} and ${NAME_3_1}`;
  throw reader.forbidden(message, nameOffset, 'MQTT-3.1.2-1', ReasonCode.UnsupportedProtocolVersion);
}

function checkFlags(reader: ByteReader, flags: number, offset: number): void {
  const { format } = reader;
  if ((flags & RESERVED) !== 0) {
    const statement = cite(format, 'MQTT-3.1.2-3', 'v3 MQTT-3.1.2-3'); // [U-3.1.2.3-1]
    throw reader.malformed('the reserved bit of the Connect Flags is set', offset, statement);
  }
  if ((flags & WILL_FLAG) === 0) {
    if ((flags & WILL_QOS) !== 0) {
      const statement = cite(format, 'MQTT-3.1.2-11', 'v3 MQTT-3.1.2-13');
      throw reader.malformed('Will QoS is set without Will Flag', offset, statement);
    }
    if ((flags & WILL_RETAIN) !== 0) {
      const statement = cite(format, 'MQTT-3.1.2-13', 'v3 MQTT-3.1.2-15');
      throw reader.malformed('Will Retain is set without Will Flag', offset, statement);
    }
  } else if ((flags & WILL_QOS) === WILL_QOS) {
    const statement = cite(format, 'MQTT-3.1.2-12', 'v3 MQTT-3.1.2-14'); // [U-3.1.2.6-1]
    throw reader.malformed('Will QoS is 3; allowed: 0, 1 and 2', offset, statement);
  }
  if ((flags & PASSWORD_FLAG) !== 0 && (flags & USER_NAME_FLAG) === 0 && !format.hasProperties) {
    throw reader.malformed('Password Flag is set without User Name Flag', offset, 'v3 MQTT-3.1.2-22');
  }
}

function protocolName(format: WireFormat): string {
  return format.version === ProtocolVersion.v3_1 ? NAME_3_1 : NAME;
}

function createProperties(): ConnectProperties {
  return {
    sessionExpiryInterval: undefined,
    receiveMaximum: undefined,
    maximumPacketSize: undefined,
    topicAliasMaximum: undefined,
    requestResponseInformation: undefined,
    requestProblemInformation: undefined,
    userProperties: undefined,
    authenticationMethod: undefined,
    authenticationData: undefined,
  };
}

const NO_PROPERTIES: ConnectProperties = Object.freeze(createProperties());
const NAME = 'MQTT';
const NAME_3_1 = 'MQIsdp';
const RESERVED = 0x01;
const CLEAN_START = 0x02;
const WILL_FLAG = 0x04;
const WILL_QOS = 0x18;
const WILL_RETAIN = 0x20;
const PASSWORD_FLAG = 0x40;
const USER_NAME_FLAG = 0x80;
