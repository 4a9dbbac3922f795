/**
 * A named configuration of the broker under test.
 *
 * Every profile allows anonymous clients, wildcards, all QoS levels and retained messages unless its name says otherwise.
 */
export type ProfileName =
  | 'default'
  | 'retain-unavailable'
  | 'maximum-qos-0'
  | 'maximum-qos-1'
  | 'receive-maximum-2'
  | 'small-maximum-packet-size'
  | 'server-keep-alive'
  | 'no-shared-subscriptions'
  | 'no-wildcard-subscriptions'
  | 'no-subscription-identifiers'
  | 'no-topic-aliases'
  | 'authenticated'
  | 'restricted'
  | 'scram';

/** The profiles and what a broker has to be configured to for each. */
export const PROFILES: Readonly<Record<ProfileName, string>> = {
  default: 'anonymous clients, everything available, no limits that a small test could meet',
  'retain-unavailable': 'retained messages are not supported',
  'maximum-qos-0': 'only QoS 0 is supported',
  'maximum-qos-1': 'QoS 0 and 1 are supported',
  'receive-maximum-2': 'the broker accepts two unacknowledged QoS 1 and 2 PUBLISH packets',
  'small-maximum-packet-size': 'the broker accepts packets up to 256 bytes',
  'server-keep-alive': 'the broker overrides keep alive with 2 seconds',
  'no-shared-subscriptions': 'shared subscriptions are not supported',
  'no-wildcard-subscriptions': 'wildcard subscriptions are not supported',
  'no-subscription-identifiers': 'subscription identifiers are not supported',
  'no-topic-aliases': 'the broker accepts no topic alias',
  authenticated: 'user name `skua` with password `guillemot` is required',
  restricted:
    'user name `skua` with password `guillemot`; topics below `denied/` may be neither published nor subscribed',
  scram: 'enhanced authentication with SCRAM-SHA-256, user `skua`, password `guillemot`',
};
