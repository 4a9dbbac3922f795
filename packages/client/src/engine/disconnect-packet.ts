import { ReasonCode, type EncodablePacket, type UserProperty } from '@skua/codec';
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

function disconnectReason(code: number): ReasonCode {
  return Object.values(ReasonCode).find((known) => known === code) ?? ReasonCode.UnspecifiedError;
}
