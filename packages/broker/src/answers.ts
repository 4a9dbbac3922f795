import type { AuthenticationAnswer, PublishAnswer } from './access.ts';
import { finishWill } from './accept-connect.ts';
import { decideToPublish, reasonCodeOf } from './ask-authorizer.ts';
import { applyAnswer } from './ask-authenticator.ts';
import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';
import { forgetQuestion } from './end-connection.ts';
import { finishPublish } from './handlers/publish.ts';
import { decideSubscribe } from './handlers/subscribe.ts';
import { resumeInput } from './input.ts';
import { willMessage } from './will.ts';

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
  answer: PublishAnswer,
  now: number,
): void {
  const { pending, session } = connection;
  if (pending === undefined || pending.about === 'authentication' || pending.about === 'store') return;
  if (pending.ticket !== ticket) return;
  forgetQuestion(core, connection);
  if (pending.about === 'will') {
    const decision = decideToPublish(core, connection, willMessage(pending.will), answer);
    finishWill(core, connection, pending, decision, now);
  } else if (session !== undefined && pending.about === 'publish') {
    const { message, packetIdentifier } = pending;
    const decision = decideToPublish(core, connection, message, answer);
    finishPublish(core, connection, session, message, packetIdentifier, decision, now);
  } else if (session !== undefined && pending.about === 'subscribe') {
    pending.reasonCodes.push(reasonCodeOf(answer));
    decideSubscribe(core, connection, session, pending.packet, pending.reasonCodes, now);
  }
  resumeInput(core, connection, now);
}
