import { ProtocolVersion, ReasonCode, type ConnectPacket, type MqttError } from '@skua/codec';
import { versionRulesFor } from '@skua/session';

import { acceptConnect } from '../accept-connect.ts';
import { askAuthenticator } from '../ask-authenticator.ts';
import type { ClientConnection } from '../client-connection.ts';
import type { Core } from '../core.ts';
import { endForPeerError, refuseConnect } from '../end-connection.ts';
import { sendPacket } from '../send-packet.ts';
import { refusedTopic } from '../topic-policy.ts';

/** A client wants to connect (section 3.1): what it says is checked, then the authenticator is asked. */
export function handleConnect(core: Core, connection: ClientConnection, packet: ConnectPacket, now: number): void {
  const { properties } = packet;
  connection.protocolVersion = packet.protocolVersion;
  connection.rules = versionRulesFor(packet.protocolVersion);
  connection.connect = packet;
  connection.state = 'authenticating';
  connection.maximumPacketSize = properties.maximumPacketSize ?? Infinity;
  connection.problemInformation = properties.requestProblemInformation ?? true;
  connection.authenticationMethod = properties.authenticationMethod;
  const refusal = refusalOf(core, connection, packet);
  if (refusal !== undefined) {
    refuseConnect(core, connection, refusal.reasonCode, refusal.explanation, now);
    return;
  }
  if (core.authenticator !== undefined) {
    askAuthenticator(core, connection, packet, now);
  } else if (connection.info.anonymousAllowed) {
    acceptConnect(core, connection, packet, { clientIdentifier: undefined, userName: packet.userName }, now);
  } else {
    refuseConnect(core, connection, ReasonCode.NotAuthorized, 'anonymous clients are not allowed here', now);
  }
}

/**
 * What arrived is no CONNECT, or not a well-formed one, or of an unknown version [MQTT-3.1.4-1] [v3 MQTT-3.1.4-1].
 *
 * @param chunk what was read when that came out
 */
export function refuseUnreadableConnect(
  core: Core,
  connection: ClientConnection,
  error: MqttError,
  chunk: Uint8Array,
  now: number,
): void {
  const { reasonCode } = error;
  if (reasonCode === ReasonCode.UnsupportedProtocolVersion) {
    // A client from the future gets the newest answer we have [MQTT-3.1.2-2], any other that of 3.1.1, which all
    // clients of old understand: return code 1 [v3 MQTT-3.1.2-2].
    if (announcedVersion(chunk) > ProtocolVersion.v5_0) connection.rules = versionRulesFor(ProtocolVersion.v5_0);
    sendPacket(core, connection, { type: 'connack', sessionPresent: false, reasonCode, properties: {} });
  }
  endForPeerError(core, connection, error, now);
}

// The Protocol Version of a CONNECT that begins this chunk (section 3.1.2.2); 0 if it is not there to be read.
function announcedVersion(chunk: Uint8Array): number {
  let position = 1;
  while (position < LENGTH_END_MAX && (chunk[position] ?? 0) >= 0x80) position++;
  const nameLength = ((chunk[position + 1] ?? 0) << 8) | (chunk[position + 2] ?? 0);
  return chunk[position + 3 + nameLength] ?? 0;
}

interface Refusal {
  readonly reasonCode: ReasonCode;
  readonly explanation: string;
}

function refusalOf(core: Core, connection: ClientConnection, packet: ConnectPacket): Refusal | undefined {
  return (
    identifierRefusal(core, connection, packet) ??
    keepAliveRefusal(core, connection, packet) ??
    willRefusal(core, packet) ??
    methodRefusal(core, packet)
  );
}

function identifierRefusal(core: Core, { rules }: ClientConnection, packet: ConnectPacket): Refusal | undefined {
  const { options } = core;
  const { length } = packet.clientIdentifier;
  const reasonCode = ReasonCode.ClientIdentifierNotValid;
  if (length === 0) {
    // [MQTT-3.1.3-6] [v3 MQTT-3.1.3-8]
    const assignable = options.emptyClientIdentifierAllowed && rules.mayAssignClientIdentifier(packet.cleanStart);
    return assignable ? undefined : { reasonCode, explanation: 'the Client Identifier is empty' };
  }
  const lengthMax = Math.min(options.clientIdentifierLengthMax, rules.clientIdentifierLengthMax);
  if (length <= lengthMax) return undefined;
  return { reasonCode, explanation: `the Client Identifier has ${length} characters; allowed: ${lengthMax}` };
}

function keepAliveRefusal(core: Core, { rules }: ClientConnection, packet: ConnectPacket): Refusal | undefined {
  const { maximumKeepAlive } = core.options;
  const tooLong = maximumKeepAlive > 0 && (packet.keepAlive === 0 || packet.keepAlive > maximumKeepAlive);
  if (!tooLong || rules.canOverrideKeepAlive) return undefined;
  // mosquitto's choice among the five return codes, and what its users' clients have learnt to expect.
  const reasonCode = ReasonCode.ClientIdentifierNotValid;
  return { reasonCode, explanation: `Keep Alive is ${packet.keepAlive}; allowed: 1 to ${maximumKeepAlive}` };
}

function willRefusal({ options }: Core, { will }: ConnectPacket): Refusal | undefined {
  if (will === undefined) return undefined;
  if (will.qos > options.maximumQos) {
    return { reasonCode: ReasonCode.QosNotSupported, explanation: `Will QoS is ${will.qos}` }; // [MQTT-3.2.2-12]
  }
  if (will.retain && !options.retainAvailable) {
    return { reasonCode: ReasonCode.RetainNotSupported, explanation: 'Will Retain is set' }; // [MQTT-3.2.2-13]
  }
  const reasonCode = refusedTopic(options, will.topicName);
  return reasonCode === undefined ? undefined : { reasonCode, explanation: 'the Will Topic is not allowed' };
}

function methodRefusal({ authenticator }: Core, packet: ConnectPacket): Refusal | undefined {
  const method = packet.properties.authenticationMethod;
  if (method === undefined || authenticator?.continueAuthentication !== undefined) return undefined;
  // [MQTT-4.12.0-1]
  return { reasonCode: ReasonCode.BadAuthenticationMethod, explanation: 'enhanced authentication is not available' };
}

/** The Remaining Length has at most four bytes (section 2.1.4). */
const LENGTH_END_MAX = 4;
