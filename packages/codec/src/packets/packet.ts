import type { SubscriptionFilter, TopicFilter, TopicName } from '@skua/topics';
import type { AuthPacket } from './auth.ts';
import type { ConnackPacket } from './connack.ts';
import type { ConnectPacket } from './connect.ts';
import type { DisconnectPacket } from './disconnect.ts';
import type { PingreqPacket } from './pingreq.ts';
import type { PingrespPacket } from './pingresp.ts';
import type { PubackPacket } from './puback.ts';
import type { PubcompPacket } from './pubcomp.ts';
import type { PublishPacket } from './publish.ts';
import type { PubrecPacket } from './pubrec.ts';
import type { PubrelPacket } from './pubrel.ts';
import type { SubackPacket } from './suback.ts';
import type { SubscribePacket } from './subscribe.ts';
import type { UnsubackPacket } from './unsuback.ts';
import type { UnsubscribePacket } from './unsubscribe.ts';

/** Any of the 15 MQTT Control Packets, told apart by `type` (section 2.1.2). */
export type Packet =
  | ConnectPacket
  | ConnackPacket
  | PublishPacket
  | PubackPacket
  | PubrecPacket
  | PubrelPacket
  | PubcompPacket
  | SubscribePacket
  | SubackPacket
  | UnsubscribePacket
  | UnsubackPacket
  | PingreqPacket
  | PingrespPacket
  | DisconnectPacket
  | AuthPacket;

/** The name of a packet type: `connect`, `connack`, `publish` and so on. */
export type PacketType = Packet['type'];

/** A type in which every branded string has become a plain string: what a caller may hand to the encoder. */
export type Encodable<T> = T extends TopicName | TopicFilter | SubscriptionFilter
  ? string
  : T extends string | number | boolean | undefined | Uint8Array
    ? T
    : { readonly [Key in keyof T]: Encodable<T[Key]> };

/** A packet as the encoder takes it: topics are plain strings and are checked. */
export type EncodablePacket = Encodable<Packet>;
