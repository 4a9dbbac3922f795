import type { CallOptions } from './call.ts';
import type { DisconnectOptions } from './engine/disconnect-packet.ts';
import type { MessageProperties } from './engine/outgoing-message.ts';
import type { QueueCounters } from './engine/publish-queue.ts';

/** What `publish` takes. */
export interface PublishOptions extends CallOptions {
  /** 0 unless given. */
  readonly qos?: 0 | 1 | 2;
  /** False unless given. */
  readonly retain?: boolean;
  /** 5.0 only; earlier versions leave them out. */
  readonly properties?: MessageProperties;
  /** A Topic Alias of your own, 1 to the server's maximum, for tools: it is sent along with the Topic Name. */
  readonly topicAlias?: number;
}

/** What `close` takes. */
export interface CloseOptions extends CallOptions, DisconnectOptions {
  /** Whether messages that wait or are under way are finished first; true unless given. */
  readonly drain?: boolean;
}

/** Counters of a client. */
export interface Statistics extends QueueCounters {
  /** QoS 1 and 2 messages that are sent and not acknowledged. */
  readonly inflight: number;
  /** QoS 1 and 2 messages that were received on this connection and are not acknowledged. */
  readonly unacknowledged: number;
  /** QoS 0 messages that found the buffer of their subscription full. */
  readonly receivedDropped: number;
}
