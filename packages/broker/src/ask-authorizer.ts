import { ReasonCode } from '@skua/codec';

import type { AuthorizationAnswer, PublishAnswer, SubscribeRequest } from './access.ts';
import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';
import type { Message } from './message.ts';
import { changedMessage } from './publish-request.ts';

/** A Reason Code, below 0x80 for yes, or the message that is published instead. */
export type PublishDecision = ReasonCode | Message;

/** Asks whether a client may publish a message. */
export function askToPublish(
  core: Core,
  connection: ClientConnection,
  message: Message,
  ticket: number,
): PublishDecision | 'pending' {
  try {
    const answer = core.authorizer?.authorizePublish?.(connection, message, ticket) ?? 'allow';
    return answer === 'pending' ? answer : decideToPublish(core, connection, message, answer);
  } catch (error) {
    return authorizerFailed(core, connection, 'authorizePublish', error);
  }
}

/** What an answer about a message says. A change that makes no valid message is the hook's failure. */
export function decideToPublish(
  core: Core,
  connection: ClientConnection,
  message: Message,
  answer: PublishAnswer,
): PublishDecision {
  if (typeof answer !== 'object') return reasonCodeOf(answer);
  try {
    return changedMessage(message, answer.message);
  } catch (error) {
    return authorizerFailed(core, connection, 'authorizePublish', error);
  }
}

/** Asks whether a client may subscribe. A Reason Code below 0x80 means yes. */
export function askToSubscribe(
  core: Core,
  connection: ClientConnection,
  request: SubscribeRequest,
  ticket: number,
): ReasonCode | 'pending' {
  try {
    return decisionOf(core.authorizer?.authorizeSubscribe?.(connection, request, ticket) ?? 'allow');
  } catch (error) {
    return authorizerFailed(core, connection, 'authorizeSubscribe', error);
  }
}

/** What an answer says in a Reason Code: below 0x80 means allowed. */
export function reasonCodeOf(answer: PublishAnswer): ReasonCode {
  if (answer === 'allow') return ReasonCode.Success;
  return isAckReasonCode(answer) ? answer : ReasonCode.NotAuthorized;
}

function decisionOf(answer: AuthorizationAnswer | 'pending'): ReasonCode | 'pending' {
  return answer === 'pending' ? answer : reasonCodeOf(answer);
}

function authorizerFailed(
  core: Core,
  connection: ClientConnection,
  hook: 'authorizePublish' | 'authorizeSubscribe',
  error: unknown,
): ReasonCode {
  core.hookFailed(hook, connection.clientIdentifier, error);
  return ReasonCode.ImplementationSpecificError;
}

// Only what PUBACK, PUBREC and SUBACK may all carry; anything else (a changed message for a SUBSCRIBE, too) would be our
// protocol error, not the embedder's.
function isAckReasonCode(answer: PublishAnswer): answer is ReasonCode {
  return typeof answer === 'number' && ACK_REASON_CODES.has(answer);
}

const ACK_REASON_CODES: ReadonlySet<number> = new Set([
  ReasonCode.UnspecifiedError,
  ReasonCode.ImplementationSpecificError,
  ReasonCode.NotAuthorized,
  ReasonCode.QuotaExceeded,
]);
