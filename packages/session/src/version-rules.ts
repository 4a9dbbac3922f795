import { ProtocolVersion, ReasonCode } from '@skua/codec';
import type { QoS } from '@skua/codec';

/**
 * Everything in which the protocol versions differ in behaviour. Whoever needs to know asks a value of this type; the
 * version itself is tested nowhere but in the codec's packets. Written for both sides, most of it is the server's.
 */
export interface VersionRules {
  /** The version whose rules these are. */
  readonly protocolVersion: ProtocolVersion;

  /**
   * The Session Expiry Interval in seconds that a CONNECT asks for; {@link SESSION_NEVER_EXPIRES}: the session does not
   * end. Clean Session 0 of 3.1.1 is a session without end, Clean Session 1 one that ends with its connection
   * [v3 MQTT-3.1.2-6]; in 5.0 an absent interval is 0.
   */
  sessionExpiryInterval(cleanStart: boolean, sessionExpiryInterval: number | undefined): number;

  /** The longest Client Identifier in UTF-8 bytes: 23 in 3.1, where a longer one is refused with 0x85 (return code 0x02). */
  readonly clientIdentifierLengthMax: number;
  /**
   * Whether a server may assign an identifier to a client that gives none: always in 5.0 [MQTT-3.1.3-6], only with
   * Clean Session 1 in 3.1.1 [v3 MQTT-3.1.3-8], never in 3.1. Otherwise the CONNECT is refused with 0x85.
   */
  mayAssignClientIdentifier(cleanStart: boolean): boolean;
  /** Whether a server can tell a Keep Alive of its own in CONNACK [MQTT-3.2.2-21]. Otherwise it takes the client's or refuses it. */
  readonly canOverrideKeepAlive: boolean;
  /**
   * The Reason Code with which a CONNACK can refuse for the given reason; undefined: close without CONNACK, because no
   * return code fits [v3 MQTT-3.2.2-6] or the CONNECT is not well-formed [v3 MQTT-3.1.4-1].
   */
  connackReasonCode(reasonCode: ReasonCode): ReasonCode | undefined;

  /** Whether a server says why it ends a connection (DISCONNECT with a Reason Code, section 4.13) or just closes it. */
  readonly serverSendsDisconnect: boolean;

  /** Whether a PUBLISH can be refused and the connection kept; if not it is acknowledged and dropped, or the connection closed [v3 MQTT-3.3.5-2]. */
  readonly canRejectPublish: boolean;
  /** The Reason Code of PUBACK or PUBREC, also for `Receiver.sendPubrec`: the given one in 5.0, Success where none is carried. */
  publishReasonCode(reasonCode: ReasonCode): ReasonCode;
  /** What SUBACK says of a subscription that is refused. 3.1 has no word for it: the requested QoS, and nothing is ever delivered. */
  refusedSubscriptionReasonCode(reasonCode: ReasonCode, requestedQos: QoS): ReasonCode;
  /** What UNSUBACK says; Success where it says nothing. */
  unsubscribeReasonCode(reasonCode: ReasonCode): ReasonCode;

  /** The Reason Code of PUBREL or PUBCOMP in answer to PUBREC or PUBREL with a Packet Identifier that is `unknown`. */
  readonly unknownPacketIdentifierReasonCode: ReasonCode;
  /** What a PUBLISH gets whose outcome is `identifierInUse`: PUBACK or PUBREC with 0x91, or the connection is closed [v3 MQTT-2.3.1-2]. */
  readonly packetIdentifierInUse: 'reject' | 'close';
  /** What a PUBLISH gets whose outcome is `repeated`: 5.0 forbids to send it again on one connection [MQTT-4.4.0-1]; before, clients did so after a time. */
  readonly repeatedPublish: 'protocolError' | 'ignore';

  /** Whether packets carry properties: a Topic Alias, a Receive Maximum, a Maximum Packet Size, a Reason String. */
  readonly hasProperties: boolean;
}

/** The Session Expiry Interval of a session that does not end (section 3.1.2.11.2). */
export const SESSION_NEVER_EXPIRES = 0xffffffff;

/** The behaviour of MQTT 5.0. */
export const VERSION_RULES_5_0: VersionRules = Object.freeze<VersionRules>({
  protocolVersion: ProtocolVersion.v5_0,
  sessionExpiryInterval: (_cleanStart, sessionExpiryInterval) => sessionExpiryInterval ?? 0,
  clientIdentifierLengthMax: 0xffff,
  mayAssignClientIdentifier: () => true,
  canOverrideKeepAlive: true,
  connackReasonCode: (reasonCode) => reasonCode,
  serverSendsDisconnect: true,
  canRejectPublish: true,
  publishReasonCode: (reasonCode) => reasonCode,
  refusedSubscriptionReasonCode: (reasonCode) => reasonCode,
  unsubscribeReasonCode: (reasonCode) => reasonCode,
  unknownPacketIdentifierReasonCode: ReasonCode.PacketIdentifierNotFound,
  packetIdentifierInUse: 'reject',
  repeatedPublish: 'protocolError',
  hasProperties: true,
});

/** The behaviour of MQTT 3.1.1. */
export const VERSION_RULES_3_1_1: VersionRules = Object.freeze<VersionRules>({
  protocolVersion: ProtocolVersion.v3_1_1,
  sessionExpiryInterval: (cleanStart) => (cleanStart ? 0 : SESSION_NEVER_EXPIRES),
  clientIdentifierLengthMax: 0xffff,
  mayAssignClientIdentifier: (cleanStart) => cleanStart, // [v3 MQTT-3.1.3-7]
  canOverrideKeepAlive: false,
  connackReasonCode: (reasonCode) => CONNACK_REASON_CODES_3.get(reasonCode),
  serverSendsDisconnect: false,
  canRejectPublish: false,
  publishReasonCode: () => ReasonCode.Success,
  refusedSubscriptionReasonCode: () => ReasonCode.UnspecifiedError, // 0x80 is the only failure [v3 MQTT-3.9.3-2]
  unsubscribeReasonCode: () => ReasonCode.Success,
  unknownPacketIdentifierReasonCode: ReasonCode.Success,
  packetIdentifierInUse: 'close',
  repeatedPublish: 'ignore',
  hasProperties: false,
});

/** The behaviour of MQTT 3.1: that of 3.1.1 but for Client Identifiers and refused subscriptions. */
export const VERSION_RULES_3_1: VersionRules = Object.freeze<VersionRules>({
  ...VERSION_RULES_3_1_1,
  protocolVersion: ProtocolVersion.v3_1,
  clientIdentifierLengthMax: 23,
  mayAssignClientIdentifier: () => false,
  refusedSubscriptionReasonCode: (_reasonCode, requestedQos) => requestedQos,
});

/** The rules of a version. */
export function versionRulesFor(protocolVersion: ProtocolVersion): VersionRules {
  return RULES_BY_VERSION[protocolVersion];
}

const RULES_BY_VERSION: Readonly<Record<ProtocolVersion, VersionRules>> = {
  [ProtocolVersion.v3_1]: VERSION_RULES_3_1,
  [ProtocolVersion.v3_1_1]: VERSION_RULES_3_1_1,
  [ProtocolVersion.v5_0]: VERSION_RULES_5_0,
};

/** By the reason, the Reason Code whose return code 1 to 5 says it best. What is not here has no return code. */
const CONNACK_REASON_CODES_3: ReadonlyMap<ReasonCode, ReasonCode> = new Map<ReasonCode, ReasonCode>([
  [ReasonCode.Success, ReasonCode.Success],
  [ReasonCode.UnsupportedProtocolVersion, ReasonCode.UnsupportedProtocolVersion],
  [ReasonCode.ClientIdentifierNotValid, ReasonCode.ClientIdentifierNotValid],
  [ReasonCode.BadUserNameOrPassword, ReasonCode.BadUserNameOrPassword],
  [ReasonCode.NotAuthorized, ReasonCode.NotAuthorized],
  [ReasonCode.Banned, ReasonCode.NotAuthorized],
  [ReasonCode.ServerUnavailable, ReasonCode.ServerUnavailable],
  [ReasonCode.ServerBusy, ReasonCode.ServerUnavailable],
  [ReasonCode.QuotaExceeded, ReasonCode.ServerUnavailable],
  [ReasonCode.ConnectionRateExceeded, ReasonCode.ServerUnavailable],
  [ReasonCode.UseAnotherServer, ReasonCode.ServerUnavailable],
  [ReasonCode.ServerMoved, ReasonCode.ServerUnavailable],
]);
