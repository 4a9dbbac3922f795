import type { Server } from '@skua/server';

/** Who would get a message with this Topic Name. Nothing is sent. */
export function receivers({ broker }: Server, topicName: string): string[] {
  const { receivers: sessions, sharedSubscriptions, localSubscriptions } = broker.match(topicName, 1);
  return [
    ...sessions.map(
      ({ clientIdentifier, connected, qos, subscriptionFilters }) =>
        `${clientIdentifier} (${connected ? 'now' : 'later'}, QoS ${qos}) by ${subscriptionFilters.join(' and ')}`,
    ),
    ...sharedSubscriptions.map(({ shareName, members }) => `one of ${members.join(', ')} by share ${shareName}`),
    ...(localSubscriptions > 0 ? ['this program'] : []),
  ];
}
