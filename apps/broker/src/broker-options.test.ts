import { resolveBrokerOptions } from '@skua/broker';
import { expect, test } from 'vitest';
import { brokerOptions } from './broker-options.ts';
import { parseConfiguration } from './configuration/parse-configuration.ts';

const options = (text: string) => resolveBrokerOptions(brokerOptions(parseConfiguration(text, 'm.conf')));

test("the defaults are mosquitto's, but for a longer window of messages in flight", () => {
  expect(options('')).toMatchObject({
    inflightMessagesMax: 1000,
    queuedMessagesMax: 1000,
    maximumPacketSize: 2_000_000,
    maximumKeepAlive: 0,
    sessionExpiryIntervalMaximum: 0xffffffff,
  });
});

test('values reach the broker', () => {
  const text =
    'max_inflight_messages 1\nmax_queued_messages 7\nmax_packet_size 20\nmax_keepalive 9\npersistent_client_expiration 1d';
  expect(options(text)).toMatchObject({
    inflightMessagesMax: 1,
    queuedMessagesMax: 7,
    maximumPacketSize: 20,
    maximumKeepAlive: 9,
    sessionExpiryIntervalMaximum: 86_400,
  });
});

test('the directives of durability reach the broker', () => {
  expect(options('')).toMatchObject({
    acknowledgement: 'durable',
    relaxedTopicFilters: [],
    publishWhileStoreUnwell: 'pause',
  });
  const text = 'acknowledgement relaxed\nrelaxed_topic a/#\nrelaxed_topic +/b\nstore_failure refuse';
  expect(options(text)).toMatchObject({
    acknowledgement: 'relaxed',
    relaxedTopicFilters: ['a/#', '+/b'],
    publishWhileStoreUnwell: 'refuse',
  });
});

test('0 is no limit', () => {
  expect(options('max_inflight_messages 0\nmax_queued_messages 0')).toMatchObject({
    inflightMessagesMax: 65_535,
    queuedMessagesMax: Infinity,
    queuedBytesMax: Infinity,
  });
});

test('the longest expiration is not for ever', () => {
  expect(options('persistent_client_expiration 2147483647y').sessionExpiryIntervalMaximum).toBe(0xfffffffe);
});
