import type { Core } from './core.ts';
import type { QueuePage, QueueReadRequest } from './queue-reader.ts';
import { giveAway, isSetAside } from './set-aside.ts';
import { sendQueued } from './transmit.ts';

/** A page of a queue is here: for a client, or to be given away. */
export function takeQueuePage(core: Core, request: QueueReadRequest, page: QueuePage, now: number): void {
  const { clientIdentifier } = request;
  if (isSetAside(clientIdentifier)) {
    giveAway(core, request, page, now);
    return;
  }
  const session = core.sessions.get(clientIdentifier);
  if (session === undefined || !session.queue.takePage(request, page, now)) return;
  const { connection } = session;
  if (connection?.state === 'connected') sendQueued(core, connection, session, now);
}
