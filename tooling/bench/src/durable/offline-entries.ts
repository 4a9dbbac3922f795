import type { JournalEntry, Message } from '@skua/broker';

/** How many sessions there are. */
export const SESSIONS = 1000;

/** The session that gets a message. */
export function clientOf(messageNumber: number): string {
  return `client-${messageNumber % SESSIONS}`;
}

/** Opens a session that never ends. */
export function opened(clientIdentifier: string): JournalEntry {
  return {
    type: 'sessionOpened',
    clientIdentifier,
    clean: false,
    userName: undefined,
    protocolVersion: 5,
    sessionExpiryInterval: 0xffff_ffff,
    will: undefined,
  };
}

/** Messages of 200 bytes, each to one session. The identifiers of message n are 2n + 1 and, of its delivery, 2n + 2. */
export function queuedMessages(from: number, count: number): JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (let number = from; number < from + count; number += 1) {
    const clientIdentifier = clientOf(number);
    entries.push(
      { type: 'messageStored', messageId: 2 * number + 1, message: message(`bench/${clientIdentifier}`) },
      {
        type: 'deliveryQueued',
        clientIdentifier,
        deliveryId: 2 * number + 2,
        messageId: 2 * number + 1,
        qos: 1,
        retain: false,
        subscriptionIdentifiers: undefined,
        sharedSubscription: undefined,
      },
    );
  }
  return entries;
}

function message(topicName: string): Message {
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a Topic Name
    topicName: topicName as Message['topicName'],
    payload: PAYLOAD,
    qos: 1,
    retain: false,
    properties: {},
    publisher: 'publisher',
    receivedAt: 1_700_000_000_000,
    expiresAt: undefined,
  };
}

const PAYLOAD = new Uint8Array(200).fill(65);
