import type { AuthenticationAnswer, AuthorizationAnswer } from './access.ts';
import { enterSession, refuseWill } from './accept-connect.ts';
import { reasonCodeOf } from './ask-authorizer.ts';
import { applyAnswer } from './ask-authenticator.ts';
import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';
import { forgetQuestion } from './end-connection.ts';
import { finishPublish } from './handlers/publish.ts';
import { decideSubscribe } from './handlers/subscribe.ts';
import { resumeInput } from './input.ts';

/** The authenticator's answer to a question that was pending. */
export function applyAuthentication(
  core: Core,
  connection: ClientConnection,
  ticket: number,
  answer: AuthenticationAnswer,
  now: number,
): void {
  const { pending } = connection;
  if (pending?.about !== 'authentication' || pending.ticket !== ticket) return;
  forgetQuestion(core, connection);
  applyAnswer(core, connection, answer, now);
  resumeInput(core, connection, now);
}

/** The authorizer's answer to a question that was pending. */
export function applyAuthorization(
  core: Core,
  connection: ClientConnection,
  ticket: number,
  answer: AuthorizationAnswer,
  now: number,
): void {
  const { pending, session } = connection;
  if (pending === undefined || pending.about === 'authentication' || pending.ticket !== ticket) return;
  forgetQuestion(core, connection);
  const decision = reasonCodeOf(answer);
  if (pending.about === 'will') {
    if (decision >= 0x80) refuseWill(core, connection, now);
    else enterSession(core, connection, pending.packet, pending.authenticationData, now);
  } else if (session !== undefined && pending.about === 'publish') {
    finishPublish(core, connection, session, pending.message, pending.packetIdentifier, decision, now);
  } else if (session !== undefined && pending.about === 'subscribe') {
    pending.reasonCodes.push(decision);
    decideSubscribe(core, connection, session, pending.packet, pending.reasonCodes, now);
  }
  resumeInput(core, connection, now);
}
