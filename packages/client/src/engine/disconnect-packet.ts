import { ReasonCode, type EncodablePacket, type UserProperty } from '@skua/codec';
import { ClientError } from './errors.ts';
import type { EngineOptions } from './options.ts';

/** What a DISCONNECT of ours says. */
export interface DisconnectOptions {
  /** 0 unless given; 0x04 asks for the Will Message. */
  readonly reasonCode?: number | undefined;
  /** Seconds, in place of that of the CONNECT. */
  readonly sessionExpiryInterval?: number | undefined;
  readonly reasonString?: string | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
}

/** The DISCONNECT that closes a client. A session that nobody asked to be kept ends with it. */
export function disconnectPacket(
  { sessionExpiryInterval, keepsSession }: EngineOptions,
  options: DisconnectOptions,
): EncodablePacket {
  const { reasonCode = 0, reasonString, userProperties } = options;
  if (sessionExpiryInterval === 0 && (options.sessionExpiryInterval ?? 0) > 0) {
    // [U-3.14.2.2.2-2]
    throw new ClientError('DISCONNECT cannot give a session a Session Expiry Interval that CONNECT gave none.', {
      statement: 'U-3.14.2.2.2-2',
    });
  }
  const ends = sessionExpiryInterval > 0 && !keepsSession;
  return {
    type: 'disconnect',
    reasonCode: disconnectReason(reasonCode),
    properties: {
      sessionExpiryInterval: options.sessionExpiryInterval ?? (ends ? 0 : undefined),
      reasonString,
      userProperties,
    },
  };
}

/** The Reason Code as a client may send it in DISCONNECT (section 3.14.2.1); what only a server may say becomes 0x80. */
export function disconnectReason(code: number): ReasonCode {
  return REASONS_OF_CLIENT.find((known) => known === code) ?? ReasonCode.UnspecifiedError;
}

/** [MQTT-3.14.2-1] */
const REASONS_OF_CLIENT: readonly ReasonCode[] = [
  ReasonCode.NormalDisconnection,
  ReasonCode.DisconnectWithWillMessage,
  ReasonCode.UnspecifiedError,
  ReasonCode.MalformedPacket,
  ReasonCode.ProtocolError,
  ReasonCode.ImplementationSpecificError,
  ReasonCode.TopicNameInvalid,
  ReasonCode.ReceiveMaximumExceeded,
  ReasonCode.TopicAliasInvalid,
  ReasonCode.PacketTooLarge,
  ReasonCode.MessageRateTooHigh,
  ReasonCode.QuotaExceeded,
  ReasonCode.PayloadFormatInvalid,
];
