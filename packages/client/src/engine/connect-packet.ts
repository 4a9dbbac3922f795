import type { EncodablePacket } from '@skua/codec';
import type { VersionRules } from '@skua/session';
import type { EngineOptions } from './options.ts';

/** What is asked for before every attempt, because it may have changed. */
export interface ConnectCredentials {
  readonly userName?: string | undefined;
  readonly password?: Uint8Array | undefined;
  /** The first data of enhanced authentication. */
  readonly authenticationData?: Uint8Array | undefined;
}

/** The CONNECT of one attempt. */
export function connectPacket(
  options: EngineOptions,
  rules: VersionRules,
  clientIdentifier: string,
  cleanStart: boolean,
  credentials: ConnectCredentials,
): EncodablePacket {
  const { receiveMaximum, requestResponseInformation, requestProblemInformation, topicAliasMaximum } = options;
  return {
    type: 'connect',
    protocolVersion: rules.protocolVersion,
    cleanStart,
    keepAlive: options.keepAlive,
    clientIdentifier,
    will: options.will,
    userName: credentials.userName,
    password: credentials.password,
    properties: {
      sessionExpiryInterval: options.sessionExpiryInterval === 0 ? undefined : options.sessionExpiryInterval,
      receiveMaximum: receiveMaximum === 0xffff ? undefined : receiveMaximum,
      maximumPacketSize: options.maximumPacketSize,
      topicAliasMaximum: topicAliasMaximum === 0 ? undefined : topicAliasMaximum,
      requestResponseInformation: requestResponseInformation ? true : undefined,
      requestProblemInformation: requestProblemInformation ? undefined : false,
      userProperties: options.userProperties,
      authenticationMethod: options.authenticationMethod,
      authenticationData: credentials.authenticationData,
    },
  };
}
