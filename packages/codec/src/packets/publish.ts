import type { TopicName } from '@skua/topics';
import type { QoS } from '../quality-of-service.ts';
import type { UserProperty } from '../user-property.ts';

/** An Application Message on its way (section 3.3). */
export interface PublishPacket {
  readonly type: 'publish';
  readonly dup: boolean;
  readonly qos: QoS;
  readonly retain: boolean;
  /** Empty only in 5.0 and only when `properties.topicAlias` is present. */
  readonly topicName: TopicName | '';
  /** 1 to 65,535, or 0 when `qos` is 0: then the packet carries none. */
  readonly packetIdentifier: number;
  /** A view of the chunk that was pushed into the reader: copy it to keep it. */
  readonly payload: Uint8Array;
  /** Empty for 3.1.1 and 3.1. */
  readonly properties: PublishProperties;
}

/** The properties of PUBLISH (section 3.3.2.3). */
export interface PublishProperties {
  /** 0: unspecified bytes, 1: UTF-8 text. */
  readonly payloadFormatIndicator?: 0 | 1 | undefined;
  /** Seconds, 0 to 4,294,967,295. */
  readonly messageExpiryInterval?: number | undefined;
  /** 1 to 65,535. */
  readonly topicAlias?: number | undefined;
  readonly responseTopic?: TopicName | undefined;
  readonly correlationData?: Uint8Array | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
  /** Each 1 to 268,435,455; only a server sends them. */
  readonly subscriptionIdentifiers?: readonly number[] | undefined;
  readonly contentType?: string | undefined;
}
