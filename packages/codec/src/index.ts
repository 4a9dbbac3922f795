export { PacketReader, type PacketReaderOptions } from './packet-reader.ts';
export { encodePacket, encodedLength } from './encode-packet.ts';
export {
  PublishTemplate,
  SHARED_PAYLOAD_BYTES_MIN,
  type PublishLayout,
  type PublishMessageLike,
} from './publish-template.ts';
export { TopicNameCache } from './topic-name-cache.ts';
export { describePacket, type DescribeOptions, type PacketDescription } from './describe-packet.ts';
export type { DescribedField } from './tracing-byte-reader.ts';
export {
  EncodeError,
  MalformedPacketError,
  MqttError,
  ProtocolError,
  type EncodeErrorDetails,
  type MqttErrorDetails,
} from './errors.ts';
export { ProtocolVersion } from './protocol-version.ts';
export { ReasonCode } from './reason-code.ts';
export type { QoS } from './quality-of-service.ts';
export type { Role } from './role.ts';
export type { UserProperty } from './user-property.ts';

export type { Encodable, EncodablePacket, Packet, PacketType } from './packets/packet.ts';
export type { ConnectPacket, ConnectProperties } from './packets/connect.ts';
export type { Will, WillProperties } from './packets/will.ts';
export type { ConnackPacket, ConnackProperties } from './packets/connack.ts';
export type { PublishPacket, PublishProperties } from './packets/publish.ts';
export type { AcknowledgementProperties } from './packets/acknowledgement.ts';
export type { PubackPacket } from './packets/puback.ts';
export type { PubrecPacket } from './packets/pubrec.ts';
export type { PubrelPacket } from './packets/pubrel.ts';
export type { PubcompPacket } from './packets/pubcomp.ts';
export type { Subscription, SubscribePacket, SubscribeProperties } from './packets/subscribe.ts';
export type { SubackPacket } from './packets/suback.ts';
export type { UnsubscribePacket, UnsubscribeProperties } from './packets/unsubscribe.ts';
export type { UnsubackPacket } from './packets/unsuback.ts';
export type { PingreqPacket } from './packets/pingreq.ts';
export type { PingrespPacket } from './packets/pingresp.ts';
export type { DisconnectPacket, DisconnectProperties } from './packets/disconnect.ts';
export type { AuthPacket, AuthProperties } from './packets/auth.ts';
