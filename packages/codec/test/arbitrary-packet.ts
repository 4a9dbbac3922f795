import type { EncodablePacket, ProtocolVersion, ReasonCode, Role } from '../src/index.ts';
import fc from 'fast-check';
import {
  acknowledgementProperties,
  authProperties,
  clientDisconnectProperties,
  connackProperties,
  connectProperties,
  forwardedProperties,
  publishProperties,
  serverDisconnectProperties,
  subscribeProperties,
  unsubscribeProperties,
  willProperties,
} from './arbitrary-properties.ts';
import { binary, sharedFilter, text, topicFilter, topicName } from './arbitrary-text.ts';

/** Any right packet of that version, CONNECT aside, that a reader with that role may receive. */
export function arbitraryPacket(version: ProtocolVersion, role: Role): fc.Arbitrary<EncodablePacket> {
  const both = [publish(version, role), ...acknowledgements(version, role)];
  const own = role === 'server' ? clientPackets(version) : serverPackets(version);
  return fc.oneof(...both, ...own);
}

/** Any right CONNECT of that version (section 3.1). */
export function arbitraryConnect(version: ProtocolVersion): fc.Arbitrary<EncodablePacket> {
  const will = fc.record({
    topicName,
    payload: binary,
    qos,
    retain: fc.boolean(),
    properties: only5(version, willProperties),
  });
  return fc
    .record(
      {
        type: fc.constant('connect' as const),
        protocolVersion: fc.constant(version),
        cleanStart: fc.boolean(),
        keepAlive: fc.integer({ min: 0, max: 0xffff }),
        clientIdentifier: text.map((name) => (version === 5 ? name : `c${Array.from(name).slice(0, 5).join('')}`)),
        will,
        userName: text,
        password: binary,
        properties: only5(version, connectProperties),
      },
      { requiredKeys: ['type', 'protocolVersion', 'cleanStart', 'keepAlive', 'clientIdentifier', 'properties'] },
    )
    .map((packet) => {
      // Before 5.0 a password needs a user name [v3 MQTT-3.1.2-22].
      return version === 5 || packet.password === undefined ? packet : { userName: 'u', ...packet };
    });
}

/** A connection's worth of packets: for a server it starts with CONNECT. */
export function arbitraryStream(version: ProtocolVersion, role: Role): fc.Arbitrary<readonly EncodablePacket[]> {
  const rest = fc.array(arbitraryPacket(version, role), { minLength: 1, maxLength: 6 });
  return role === 'client'
    ? rest
    : fc.tuple(arbitraryConnect(version), rest).map(([connect, more]) => [connect, ...more]);
}

const packetIdentifier = fc.integer({ min: 1, max: 0xffff });
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);

function only5<T extends object>(version: ProtocolVersion, properties: fc.Arbitrary<T>): fc.Arbitrary<Partial<T>> {
  return version === 5 ? properties : fc.constant({});
}

function codes(
  version: ProtocolVersion,
  five: readonly ReasonCode[],
  before: readonly ReasonCode[],
): fc.Arbitrary<ReasonCode> {
  return fc.constantFrom(...(version === 5 ? five : before));
}

function publish(version: ProtocolVersion, role: Role): fc.Arbitrary<EncodablePacket> {
  const properties = only5<object>(version, role === 'server' ? publishProperties : forwardedProperties);
  return fc
    .record({
      dup: fc.boolean(),
      qos,
      retain: fc.boolean(),
      topicName,
      packetIdentifier,
      payload: binary,
      properties,
      empty: fc.boolean(),
    })
    .map(({ empty, ...fields }) => ({
      type: 'publish',
      ...fields,
      dup: fields.dup && fields.qos > 0,
      packetIdentifier: fields.qos === 0 ? 0 : fields.packetIdentifier,
      // An empty Topic Name needs a Topic Alias [U-3.3.2.1-1].
      topicName: empty && 'topicAlias' in fields.properties ? '' : fields.topicName,
    }));
}

function acknowledgements(version: ProtocolVersion, role: Role): readonly fc.Arbitrary<EncodablePacket>[] {
  const properties = only5(version, acknowledgementProperties);
  const answers: readonly ReasonCode[] = [0x00, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
  // Only a server says that there are no matching subscribers.
  const answer = codes(version, role === 'client' ? [...answers, 0x10] : answers, [0]);
  const release = codes(version, [0, 0x92], [0]);
  return [
    fc.record({
      type: fc.constantFrom('puback' as const, 'pubrec' as const),
      packetIdentifier,
      reasonCode: answer,
      properties,
    }),
    fc.record({
      type: fc.constantFrom('pubrel' as const, 'pubcomp' as const),
      packetIdentifier,
      reasonCode: release,
      properties,
    }),
  ];
}

function clientPackets(version: ProtocolVersion): readonly fc.Arbitrary<EncodablePacket>[] {
  const filter = version === 5 ? fc.oneof(topicFilter, sharedFilter) : topicFilter;
  const five = version === 5;
  const subscription = fc
    .record({
      topicFilter: filter,
      qos,
      noLocal: five ? fc.boolean() : fc.constant(false),
      retainAsPublished: five ? fc.boolean() : fc.constant(false),
      retainHandling: five ? fc.constantFrom(0 as const, 1 as const, 2 as const) : fc.constant(0 as const),
    })
    .map((one) => ({ ...one, noLocal: one.noLocal && !one.topicFilter.startsWith('$share/') }));
  const packets: readonly fc.Arbitrary<EncodablePacket>[] = [
    fc.record({
      type: fc.constant('subscribe' as const),
      packetIdentifier,
      subscriptions: fc.array(subscription, { minLength: 1, maxLength: 4 }),
      properties: only5(version, subscribeProperties),
    }),
    fc.record({
      type: fc.constant('unsubscribe' as const),
      packetIdentifier,
      topicFilters: fc.array(filter, { minLength: 1, maxLength: 4 }),
      properties: only5(version, unsubscribeProperties),
    }),
    fc.constant({ type: 'pingreq' as const }),
    fc.record({
      type: fc.constant('disconnect' as const),
      reasonCode: codes(
        version,
        [0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99],
        [0],
      ),
      properties: only5(version, clientDisconnectProperties),
    }),
  ];
  return five ? [...packets, auth([0x18, 0x19])] : packets;
}

function serverPackets(version: ProtocolVersion): readonly fc.Arbitrary<EncodablePacket>[] {
  const five = version === 5;
  const properties = only5(version, acknowledgementProperties);
  const refusals: readonly ReasonCode[] = [
    0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b, 0x9c,
    0x9d, 0x9f,
  ];
  const granted = version === 3 ? [0, 1, 2] : [0, 1, 2, 0x80];
  const list = (codesOf: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
    fc.array(codesOf, { minLength: 1, maxLength: 5 });
  const packets: readonly fc.Arbitrary<EncodablePacket>[] = [
    fc
      .record({
        type: fc.constant('connack' as const),
        sessionPresent: version === 3 ? fc.constant(false) : fc.boolean(),
        reasonCode: codes(version, [0, ...refusals], [0, 0x84, 0x85, 0x86, 0x87, 0x88]),
        properties: only5(version, connackProperties),
      })
      .map((packet) => ({ ...packet, sessionPresent: packet.sessionPresent && packet.reasonCode === 0 })),
    fc.record({
      type: fc.constant('suback' as const),
      packetIdentifier,
      reasonCodes: list(
        fc.constantFrom(...(five ? [0, 1, 2, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2] : granted)),
      ),
      properties,
    }),
    fc.record({
      type: fc.constant('unsuback' as const),
      packetIdentifier,
      reasonCodes: five ? list(fc.constantFrom(0, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91)) : fc.constant([]),
      properties,
    }),
    fc.constant({ type: 'pingresp' as const }),
  ];
  const disconnect: fc.Arbitrary<EncodablePacket> = fc.record({
    type: fc.constant('disconnect' as const),
    reasonCode: codes(
      5,
      [0x00, 0x80, 0x81, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x93, 0x95, 0x98, 0x9c, 0x9d, 0xa0, 0xa2],
      [],
    ),
    properties: serverDisconnectProperties,
  });
  return five ? [...packets, disconnect, auth([0x00, 0x18])] : packets;
}

function auth(reasonCodes: readonly ReasonCode[]): fc.Arbitrary<EncodablePacket> {
  return fc.record({
    type: fc.constant('auth' as const),
    reasonCode: codes(5, reasonCodes, []),
    properties: authProperties,
  });
}
