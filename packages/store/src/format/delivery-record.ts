import type { DeliverySnapshot } from '@skua/broker';
import type { RecordReader } from './record-reader.ts';
import type { RecordWriter } from './record-writer.ts';
import { SUBSCRIPTION_IDENTIFIER_MAX } from './subscription-record.ts';

/** On which terms a message goes to a session. */
export type DeliveryTerms = Pick<DeliverySnapshot, 'qos' | 'retain' | 'subscriptionIdentifiers' | 'sharedSubscription'>;

/** A delivery without the message and without the name of its own. */
export type DeliveryRecord = Omit<DeliverySnapshot, 'deliveryId' | 'message'>;

/** Writes the terms of a delivery. */
export function writeDeliveryTerms(writer: RecordWriter, terms: DeliveryTerms): void {
  const { qos, retain, subscriptionIdentifiers: identifiers, sharedSubscription: shared } = terms;
  writer.byte(
    qos |
      (retain ? Flag.retain : 0) |
      (identifiers === undefined ? 0 : Flag.identifiers) |
      (shared === undefined ? 0 : Flag.shared),
  );
  if (identifiers !== undefined) {
    writer.whole(identifiers.length);
    for (const identifier of identifiers) writer.whole(identifier);
  }
  if (shared !== undefined) writer.text(shared);
}

/** Reads the terms of a delivery. @throws {StoreError} when there are none. */
export function readDeliveryTerms(reader: RecordReader): DeliveryTerms {
  const flags = reader.byte('delivery flags', Flag.all);
  const qos = flags & Flag.qos;
  if (qos !== 1 && qos !== 2) throw reader.wrong('delivery QoS', qos, '1, 2');
  return {
    qos,
    retain: (flags & Flag.retain) !== 0,
    subscriptionIdentifiers: (flags & Flag.identifiers) === 0 ? undefined : readIdentifiers(reader),
    sharedSubscription: (flags & Flag.shared) === 0 ? undefined : reader.text('shared subscription'),
  };
}

/** Writes a delivery as it is kept. */
export function writeDelivery(writer: RecordWriter, delivery: DeliveryRecord): void {
  writer.byte(STEPS.indexOf(delivery.step));
  if (delivery.step !== 'queued') writer.whole(delivery.packetIdentifier ?? 0);
  writer.whole(delivery.messageId);
  writeDeliveryTerms(writer, delivery);
}

/** Reads a delivery as it is kept. @throws {StoreError} when there is none. */
export function readDelivery(reader: RecordReader): DeliveryRecord {
  const step = STEPS[reader.byte('step', STEPS.length - 1)]!;
  // 0, which is none, where no step has brought one.
  const packetIdentifier = step === 'queued' ? undefined : reader.whole('packet identifier', 0xffff) || undefined;
  const messageId = reader.whole('message identifier');
  return { step, packetIdentifier, messageId, ...readDeliveryTerms(reader) };
}

function readIdentifiers(reader: RecordReader): number[] {
  // Each takes a byte at least: a length that claims more is not followed.
  const count = reader.whole('subscription identifiers', reader.left);
  const identifiers: number[] = [];
  for (let index = 0; index < count; index++) {
    identifiers.push(reader.whole('subscription identifier', SUBSCRIPTION_IDENTIFIER_MAX));
  }
  return identifiers;
}

const STEPS: readonly DeliverySnapshot['step'][] = ['queued', 'awaitingPubrec', 'awaitingPubcomp'];
const Flag = { qos: 3, retain: 4, identifiers: 8, shared: 16, all: 31 } as const;
