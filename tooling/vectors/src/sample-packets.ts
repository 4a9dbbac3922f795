import { bin, frame, join, properties, str, u16, u32, type Bytes } from './bytes.ts';
import { METHOD_BYTES } from './property-context.ts';
import type { VectorRole, VectorVersion } from './vector.ts';

/** One right packet of each type and version, with every optional field that the version has. */
export interface SamplePacket {
  readonly type: string;
  readonly version: VectorVersion;
  /** Who may receive it. */
  readonly roles: readonly VectorRole[];
  readonly bytes: Bytes;
  /** The lengths of the body, short of the whole, at which it is a right packet too, or (AUTH) arguably one. */
  readonly alsoValidAt: readonly number[];
}

const USER_PROPERTY: Bytes = join([0x26], str('k'), str('v'));
const REASON: Bytes = join([0x1f], str('why'));

/** The sample packets of that version: 14 of 3.1 and 3.1.1, 15 of 5.0. */
export function samplePackets(version: VectorVersion): readonly SamplePacket[] {
  const five = version === 5;
  const set = (...parts: readonly Bytes[]): Bytes => (five ? properties(...parts) : []);
  const sample = (
    type: string,
    roles: readonly VectorRole[],
    bytes: Bytes,
    alsoValidAt: readonly number[] = [],
  ): SamplePacket => ({ type, version, roles, bytes, alsoValidAt });
  const answer = set(REASON, USER_PROPERTY);
  const publishHead = join(
    str('a/b'),
    u16(10),
    set([0x01, 1], [0x23, 0, 5], join([0x08], str('r/t')), join([0x09], bin([1, 2])), USER_PROPERTY),
  );
  const unsubscribeHead = join(u16(10), set(USER_PROPERTY), str('a/b'));
  const subscribeHead = join(u16(10), set([0x0b, 7], USER_PROPERTY), str('a/b'), [1]);
  const subackHead = join(u16(10), answer);
  const acknowledgement = (type: string, firstByte: number): SamplePacket =>
    sample(type, BOTH, five ? frame(firstByte, u16(10), [0], answer) : frame(firstByte, u16(10)), five ? [2, 3] : []);
  const packets = [
    sample('connect', SERVER, connect(version)),
    sample('connack', CLIENT, frame(0x20, [0, 0], set(join([0x12], str('id')), REASON, [0x24, 1], USER_PROPERTY))),
    sample(
      'publish',
      BOTH,
      frame(0x33, publishHead, [0x70, 0x61, 0x79]),
      [0, 1, 2].map((length) => publishHead.length + length),
    ),
    acknowledgement('puback', 0x40),
    acknowledgement('pubrec', 0x50),
    acknowledgement('pubrel', 0x62),
    acknowledgement('pubcomp', 0x70),
    sample('subscribe', SERVER, frame(0x82, subscribeHead, str('c/d'), [2]), [subscribeHead.length]),
    sample(
      'suback',
      CLIENT,
      frame(0x90, subackHead, [0, 1, 2]),
      [1, 2].map((length) => subackHead.length + length),
    ),
    sample('unsubscribe', SERVER, frame(0xa2, unsubscribeHead, str('c/d')), [unsubscribeHead.length]),
    sample(
      'unsuback',
      CLIENT,
      five ? frame(0xb0, subackHead, [0, 0x11]) : frame(0xb0, u16(10)),
      five ? [subackHead.length + 1] : [],
    ),
    sample('pingreq', SERVER, frame(0xc0)),
    sample('pingresp', CLIENT, frame(0xd0)),
    sample('disconnect', five ? BOTH : SERVER, five ? frame(0xe0, [0x81], answer) : frame(0xe0), five ? [0, 1] : []),
  ];
  return five
    ? [
        ...packets,
        sample(
          'auth',
          BOTH,
          frame(0xf0, [0x18], properties(METHOD_BYTES, join([0x16], bin([1, 2])), REASON, USER_PROPERTY)),
          [0, 1],
        ),
      ]
    : packets;
}

const SERVER: readonly VectorRole[] = ['server'];
const CLIENT: readonly VectorRole[] = ['client'];
const BOTH: readonly VectorRole[] = ['server', 'client'];

function connect(version: VectorVersion): Bytes {
  const five = version === 5;
  return frame(
    0x10,
    str(version === 3 ? 'MQIsdp' : 'MQTT'),
    [version, 0xee],
    u16(60),
    five ? properties(join([0x11], u32(300)), [0x17, 1], USER_PROPERTY) : [],
    str('c1'),
    five ? properties(join([0x18], u32(9)), join([0x03], str('t'))) : [],
    str('w/t'),
    bin([1, 2]),
    str('user'),
    bin([3, 4]),
  );
}
