import type { TopicName } from '@skua/topics';
import type { ProtocolVersion } from '../protocol-version.ts';
import type { QoS } from '../quality-of-service.ts';
import type { UserProperty } from '../user-property.ts';

/** A request to connect, the first packet that a client sends (section 3.1). */
export interface ConnectPacket {
  readonly type: 'connect';
  readonly protocolVersion: ProtocolVersion;
  /** Clean Start; in 3.1.1 the same bit is called Clean Session. */
  readonly cleanStart: boolean;
  /** Seconds, 0 to 65,535; 0 switches the keep alive mechanism off. */
  readonly keepAlive: number;
  /** May be empty: the server then assigns one, if it does so at all. */
  readonly clientIdentifier: string;
  readonly will?: Will | undefined;
  readonly userName?: string | undefined;
  readonly password?: Uint8Array | undefined;
  /** Empty for 3.1.1 and 3.1. */
  readonly properties: ConnectProperties;
}

/** The message that a server publishes when a connection ends without a normal DISCONNECT (section 3.1.2.5). */
export interface Will {
  readonly topicName: TopicName;
  readonly payload: Uint8Array;
  readonly qos: QoS;
  readonly retain: boolean;
  /** Empty for 3.1.1 and 3.1. */
  readonly properties: WillProperties;
}

/** The properties of CONNECT (section 3.1.2.11). */
export interface ConnectProperties {
  /** Seconds, 0 to 4,294,967,295; the largest value means that the session never expires. */
  readonly sessionExpiryInterval?: number | undefined;
  /** 1 to 65,535. */
  readonly receiveMaximum?: number | undefined;
  /** Bytes, 1 to 4,294,967,295. */
  readonly maximumPacketSize?: number | undefined;
  /** 0 to 65,535. */
  readonly topicAliasMaximum?: number | undefined;
  readonly requestResponseInformation?: boolean | undefined;
  readonly requestProblemInformation?: boolean | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
  readonly authenticationMethod?: string | undefined;
  readonly authenticationData?: Uint8Array | undefined;
}

/** The properties of a Will (section 3.1.3.2). */
export interface WillProperties {
  /** Seconds, 0 to 4,294,967,295. */
  readonly willDelayInterval?: number | undefined;
  /** 0: unspecified bytes, 1: UTF-8 text. */
  readonly payloadFormatIndicator?: 0 | 1 | undefined;
  /** Seconds, 0 to 4,294,967,295. */
  readonly messageExpiryInterval?: number | undefined;
  readonly contentType?: string | undefined;
  readonly responseTopic?: TopicName | undefined;
  readonly correlationData?: Uint8Array | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
}
