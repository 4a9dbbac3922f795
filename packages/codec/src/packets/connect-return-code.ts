// The Connect Return codes of 3.1.1 (section 3.2.2.3 there) and the Reason Codes of 5.0 that mean the same.

import type { ByteReader } from '../byte-reader.ts';
import { EncodeError } from '../errors.ts';
import { ReasonCode } from '../reason-code.ts';

/** Reads a Connect Return code as the Reason Code with the same meaning. */
export function decodeConnectReturnCode(reader: ByteReader): ReasonCode {
  const offset = reader.position;
  const returnCode = reader.byte('Connect Return code');
  const reasonCode = REASON_CODES[returnCode];
  if (reasonCode === undefined) {
    throw reader.forbidden(`Connect Return code is ${returnCode}; allowed: 0 to 5`, offset, 'v3 MQTT-3.2.2-6');
  }
  return reasonCode;
}

/**
 * The Connect Return code that says best what a Reason Code says. Malformed Packet and Protocol Error have none: 3.1.1
 * wants the connection closed without a CONNACK then [v3 MQTT-3.1.4-1].
 */
export function connectReturnCode(reasonCode: ReasonCode): number {
  const returnCode = RETURN_CODES[reasonCode];
  if (returnCode === undefined) {
    const allowed = 'a Reason Code of CONNACK that a Connect Return code of 3.1.1 can stand for';
    throw new EncodeError({ field: 'reasonCode', found: reasonCode, allowed, statement: 'v3 MQTT-3.2.2-6' });
  }
  return returnCode;
}

const REASON_CODES: readonly ReasonCode[] = [
  ReasonCode.Success,
  ReasonCode.UnsupportedProtocolVersion,
  ReasonCode.ClientIdentifierNotValid,
  ReasonCode.ServerUnavailable,
  ReasonCode.BadUserNameOrPassword,
  ReasonCode.NotAuthorized,
];

const serverUnavailable = 3;
const notAuthorized = 5;
const RETURN_CODES: Readonly<Partial<Record<ReasonCode, number>>> = {
  [ReasonCode.Success]: 0,
  [ReasonCode.UnsupportedProtocolVersion]: 1,
  [ReasonCode.ClientIdentifierNotValid]: 2,
  [ReasonCode.BadUserNameOrPassword]: 4,
  // Trying again later, or elsewhere, can help.
  [ReasonCode.ServerUnavailable]: serverUnavailable,
  [ReasonCode.ServerBusy]: serverUnavailable,
  [ReasonCode.UnspecifiedError]: serverUnavailable,
  [ReasonCode.ImplementationSpecificError]: serverUnavailable,
  [ReasonCode.QuotaExceeded]: serverUnavailable,
  [ReasonCode.UseAnotherServer]: serverUnavailable,
  [ReasonCode.ServerMoved]: serverUnavailable,
  [ReasonCode.ConnectionRateExceeded]: serverUnavailable,
  // The server will not have this client, or not what its CONNECT asks for.
  [ReasonCode.NotAuthorized]: notAuthorized,
  [ReasonCode.Banned]: notAuthorized,
  [ReasonCode.BadAuthenticationMethod]: notAuthorized,
  [ReasonCode.TopicNameInvalid]: notAuthorized,
  [ReasonCode.PacketTooLarge]: notAuthorized,
  [ReasonCode.PayloadFormatInvalid]: notAuthorized,
  [ReasonCode.RetainNotSupported]: notAuthorized,
  [ReasonCode.QosNotSupported]: notAuthorized,
};
