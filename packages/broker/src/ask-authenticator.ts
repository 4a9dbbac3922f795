import { ReasonCode, type ConnectPacket } from '@skua/codec';

import { acceptConnect } from './accept-connect.ts';
import type { AuthenticationAnswer } from './access.ts';
import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';
import { endConnection, isDisconnectReasonCode, refuseConnect } from './end-connection.ts';
import { sendPacket } from './send-packet.ts';

/** Asks about a CONNECT (section 3.1.4). */
export function askAuthenticator(core: Core, connection: ClientConnection, packet: ConnectPacket, now: number): void {
  if (core.pendingAuthentications >= core.options.pendingAuthenticationsMax) {
    refuseConnect(core, connection, ReasonCode.ServerBusy, 'too many authentications are pending', now);
    return;
  }
  const ticket = ++connection.lastTicket;
  const { clientIdentifier, userName, password } = packet;
  const request = { connection, clientIdentifier, userName, password, packet };
  let answer: AuthenticationAnswer | 'pending' | undefined;
  try {
    answer = core.authenticator?.authenticate(request, ticket);
  } catch (error) {
    authenticatorFailed(core, connection, 'authenticate', error, now);
    return;
  }
  settleAnswer(core, connection, ticket, answer, now);
}

/** Asks about one more AUTH packet, before CONNACK or in a re-authentication (section 4.12). */
export function askToContinue(
  core: Core,
  connection: ClientConnection,
  authenticationMethod: string,
  authenticationData: Uint8Array | undefined,
  now: number,
): void {
  const ticket = ++connection.lastTicket;
  const reauthentication = connection.state === 'connected';
  const request = { connection, authenticationMethod, authenticationData, reauthentication };
  let answer: AuthenticationAnswer | 'pending' | undefined;
  try {
    answer = core.authenticator?.continueAuthentication?.(request, ticket);
  } catch (error) {
    authenticatorFailed(core, connection, 'continueAuthentication', error, now);
    return;
  }
  settleAnswer(core, connection, ticket, answer, now);
}

/** An answer of the authenticator is here. */
export function applyAnswer(core: Core, connection: ClientConnection, answer: AuthenticationAnswer, now: number): void {
  const { connect, state, authenticationMethod } = connection;
  if (answer.outcome === 'reject') reject(core, connection, answer, now);
  else if (answer.outcome === 'continue') {
    if (authenticationMethod === undefined) {
      // [MQTT-4.12.0-6]: the embedder's mistake; the client cannot go on.
      refuseConnect(core, connection, ReasonCode.ImplementationSpecificError, 'no Authentication Method', now);
    } else sendAuth(core, connection, ReasonCode.ContinueAuthentication, answer.authenticationData); // [MQTT-4.12.0-2]
  } else if (state === 'connected') {
    if (answer.userName !== undefined) connection.userName = answer.userName;
    connection.reauthenticating = false;
    sendAuth(core, connection, ReasonCode.Success, answer.authenticationData);
  } else if (connect !== undefined) {
    const { clientIdentifier, authenticationData } = answer;
    const userName = answer.userName ?? connect.userName;
    acceptConnect(core, connection, connect, { clientIdentifier, userName, authenticationData }, now);
  }
}

function settleAnswer(
  core: Core,
  connection: ClientConnection,
  ticket: number,
  answer: AuthenticationAnswer | 'pending' | undefined,
  now: number,
): void {
  if (answer === 'pending') {
    core.pendingAuthentications++;
    connection.pending = { about: 'authentication', ticket };
  } else if (answer !== undefined) applyAnswer(core, connection, answer, now);
}

function reject(
  core: Core,
  connection: ClientConnection,
  answer: Extract<AuthenticationAnswer, { outcome: 'reject' }>,
  now: number,
): void {
  const given = answer.reasonCode;
  const reasonCode = given !== undefined && isConnackRefusal(given) ? given : ReasonCode.NotAuthorized;
  const explanation = answer.reasonString ?? 'not authorized';
  const { serverReference } = answer;
  if (connection.state === 'connected') {
    // [MQTT-4.12.1-2]
    const sayable = isDisconnectReasonCode(reasonCode) ? reasonCode : ReasonCode.NotAuthorized;
    endConnection(core, connection, { reasonCode: sayable, explanation, by: 'broker', serverReference }, now);
  } else refuseConnect(core, connection, reasonCode, explanation, now, serverReference); // [MQTT-4.12.0-4]
}

// [MQTT-4.12.0-5]: with the Authentication Method of CONNECT.
function sendAuth(
  core: Core,
  connection: ClientConnection,
  reasonCode: ReasonCode,
  authenticationData: Uint8Array | undefined,
): void {
  const { authenticationMethod } = connection;
  sendPacket(core, connection, { type: 'auth', reasonCode, properties: { authenticationMethod, authenticationData } });
}

function authenticatorFailed(
  core: Core,
  connection: ClientConnection,
  hook: 'authenticate' | 'continueAuthentication',
  error: unknown,
  now: number,
): void {
  core.hookFailed(hook, connection.connect?.clientIdentifier, error);
  const reasonCode = ReasonCode.UnspecifiedError;
  const explanation = 'the authentication failed';
  if (connection.state === 'connected') {
    endConnection(core, connection, { reasonCode, explanation, by: 'broker' }, now);
  } else refuseConnect(core, connection, reasonCode, explanation, now);
}

// Table 3-1 of section 3.2.2.2, without Success.
function isConnackRefusal(reasonCode: number): reasonCode is ReasonCode {
  return CONNACK_REFUSALS.has(reasonCode);
}

const CONNACK_REFUSALS: ReadonlySet<number> = new Set([
  ReasonCode.UnspecifiedError,
  ReasonCode.ImplementationSpecificError,
  ReasonCode.ClientIdentifierNotValid,
  ReasonCode.BadUserNameOrPassword,
  ReasonCode.NotAuthorized,
  ReasonCode.ServerUnavailable,
  ReasonCode.ServerBusy,
  ReasonCode.Banned,
  ReasonCode.BadAuthenticationMethod,
  ReasonCode.QuotaExceeded,
  ReasonCode.UseAnotherServer,
  ReasonCode.ServerMoved,
  ReasonCode.ConnectionRateExceeded,
]);
