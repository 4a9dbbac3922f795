import type { SubscriptionRecord } from '@skua/broker';
import { readOptionalWhole, writeOptionalWhole } from './optional-field.ts';
import type { RecordReader } from './record-reader.ts';
import type { RecordWriter } from './record-writer.ts';

/** Writes a Subscription. */
export function writeSubscription(writer: RecordWriter, subscription: SubscriptionRecord): void {
  const { qos, noLocal, retainAsPublished, retainHandling } = subscription;
  writer.byte(qos | (noLocal ? 4 : 0) | (retainAsPublished ? 8 : 0) | (retainHandling << 4));
  writer.text(subscription.subscriptionFilter);
  writeOptionalWhole(writer, subscription.subscriptionIdentifier);
}

/** Reads a Subscription. @throws {StoreError} when there is none. */
export function readSubscription(reader: RecordReader): SubscriptionRecord {
  const options = reader.byte('subscription options', 0x2f);
  const qos = options & 3;
  if (qos !== 0 && qos !== 1 && qos !== 2) throw reader.wrong('subscription QoS', qos, '0, 1, 2');
  const retainHandling = options >>> 4;
  if (retainHandling !== 0 && retainHandling !== 1 && retainHandling !== 2) {
    throw reader.wrong('retain handling', retainHandling, '0, 1, 2');
  }
  return {
    qos,
    noLocal: (options & 4) !== 0,
    retainAsPublished: (options & 8) !== 0,
    retainHandling,
    subscriptionFilter: reader.text('subscription filter'),
    subscriptionIdentifier: readOptionalWhole(reader, 'subscription identifier', SUBSCRIPTION_IDENTIFIER_MAX),
  };
}

/** The highest Subscription Identifier (section 3.8.2.1.2). */
export const SUBSCRIPTION_IDENTIFIER_MAX = 268_435_455;
