import type { Core } from './core.ts';
import { redeliverShared } from './deliver-shared.ts';
import type { QueuePage, QueueReadRequest } from './queue-reader.ts';
import { outgoingMessage } from './session-queue.ts';
import type { StoredQueue } from './stored-queue.ts';
import { Deadline } from './timer-wheel.ts';

/**
 * A session ends whose queue only the journal has, and other members of shared subscriptions are to get a part of it
 * [U-4.8.2-4]. The queue outlives it under a name that no client can have, is read page by page, and given away.
 */
export function setAsideQueue(core: Core, clientIdentifier: string, stored: StoredQueue, now: number): void {
  // The identifier of a delivery is given once only, so this name is as well.
  const setAsideAs = `${SET_ASIDE}${stored.lastId}${SET_ASIDE}${clientIdentifier}`;
  const { after } = stored;
  core.journal.append({ type: 'queueSetAside', clientIdentifier, after, setAsideAs, disconnectedAt: now });
  readSetAside(core, setAsideAs, 0);
}

/** A queue was set aside when the process ended: it is read on when all other sessions are there. */
export function restoreSetAside(core: Core, clientIdentifier: string, now: number): void {
  core.wheel.schedule(new Deadline({ kind: 'setAside', clientIdentifier }), now, now);
}

/** Whether this is no client's identifier but that of a queue that was set aside. */
export function isSetAside(clientIdentifier: string): boolean {
  return clientIdentifier.startsWith(SET_ASIDE);
}

/** Asks for the next page of a queue that was set aside. */
export function readSetAside(core: Core, clientIdentifier: string, after: number): void {
  const { queuedInMemoryMessagesMax: deliveriesMax, queuedInMemoryBytesMax: bytesMax } = core.options;
  const request = { clientIdentifier, after, deliveriesMax, bytesMax, sequence: core.journal.sequence };
  core.setAside.set(clientIdentifier, request);
  core.queueReader?.readQueue(request);
}

/** Gives away a page of a queue that was set aside; after the last one it is gone. */
export function giveAway(core: Core, request: QueueReadRequest, { deliveries, hasMore }: QueuePage, now: number): void {
  const { clientIdentifier } = request;
  if (core.setAside.get(clientIdentifier) !== request) return;
  core.setAside.delete(clientIdentifier);
  const owner = clientIdentifier.slice(clientIdentifier.indexOf(SET_ASIDE, SET_ASIDE.length) + SET_ASIDE.length);
  for (const delivery of deliveries) {
    const { deliveryId, message, qos, sharedSubscription } = delivery;
    if (sharedSubscription === undefined) core.drop('sessionEnded', owner, message.topicName, qos);
    else redeliverShared(core, outgoingMessage(delivery), owner, now);
    core.journal.append({ type: 'deliveryFinished', clientIdentifier, deliveryId });
  }
  const last = deliveries.at(-1);
  if (hasMore && last !== undefined) readSetAside(core, clientIdentifier, last.deliveryId);
  else core.journal.append({ type: 'sessionEnded', clientIdentifier });
}

/** U+0000 is in no Client Identifier [MQTT-1.5.4-2]. */
const SET_ASIDE = '\0';
