import type { BrokerOptions } from '@skua/broker';
import type { Configuration } from './configuration/configuration.ts';

/** The options of the broker that a configuration stands for; what it has no word for keeps the broker's default. */
export function brokerOptions(configuration: Configuration): Partial<BrokerOptions> {
  const { maxInflightMessages, maxQueuedMessages, persistentClientExpiration } = configuration;
  return {
    // 0 is no limit in the file, and there are no more Packet Identifiers than this.
    inflightMessagesMax: maxInflightMessages === 0 ? 0xffff : maxInflightMessages,
    // Who asks for no limit by count does not want one by bytes either.
    ...(maxQueuedMessages === 0
      ? { queuedMessagesMax: Infinity, queuedBytesMax: Infinity }
      : { queuedMessagesMax: maxQueuedMessages }),
    maximumPacketSize: configuration.maxPacketSize,
    maximumKeepAlive: configuration.maxKeepalive,
    acknowledgement: configuration.acknowledgement,
    relaxedTopicFilters: configuration.relaxedTopics,
    publishWhileStoreUnwell: configuration.storeFailure,
    // 0xFFFFFFFF stands for ever, so the longest finite time is one second less.
    ...(persistentClientExpiration === undefined
      ? {}
      : { sessionExpiryIntervalMaximum: Math.min(persistentClientExpiration, 0xfffffffe) }),
  };
}
