import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InterchangeError, type StoreRecord } from '../store-record.ts';
import { readMosquittoDatabase } from './read-mosquitto-database.ts';

/**
 * A file that mosquitto 2.0.11 wrote. A client of 5.0, 'sub5', is subscribed to 'a/#' with Subscription Identifier 77 and a
 * Session Expiry Interval of an hour, one of 3.1.1, 'sub311', to 'a/+'. Both are away and have missed a/b (QoS 2, with
 * properties) and a/c (QoS 1); a/c and a/d/0 are retained.
 */
const FILE = Uint8Array.from(
  Buffer.from(
    '00b5006d6f7371756974746f2064620000000000000006000000010000001037000000000000000108000000000000000000' +
      '020000005237000000000000000000000000000000000000040000002900000005557b00016175746f2d3644413031343938' +
      '2d454141432d363932432d303234422d333634344443333644414530612f642f3072657430000000020000002b3600000000' +
      '0000000000000000000000000000060001000200000003557b01017070612f6368656c6c6f31000000020000003735000000' +
      '00000000aafe036b00000000000000050001000200000003557b02007070612f6268656c6c6f0c2600016b00017603000274' +
      '78000000060000001cd208046b0000000000000e1000020004557b0000000000007375623500000003000000173500000000' +
      '00000000010004020b000173756235020b4d0000000300000017360000000000000000020004010b000173756235020b4d00' +
      '0000060000001e0000000000000000ffffffff00020006557b00000000000073756233313100000003000000163500000000' +
      '00000000010006010b00017375623331310000000300000016360000000000000000020006010b0001737562333131000000' +
      '05000000130000004d000400030200000073756235612f230000000500000015000000000006000301000000737562333131' +
      '612f2b0000000400000008360000000000000000000004000000083700000000000000',
    'hex',
  ),
);
const NOW = 1_800_000_000_000;

function read(bytes: Uint8Array): StoreRecord[] {
  return [...readMosquittoDatabase(bytes, NOW).records];
}

/** The file with other bytes at an offset. */
function changed(offset: number, ...bytes: readonly number[]): Uint8Array {
  const copy = FILE.slice();
  copy.set(bytes, offset);
  return copy;
}

/** The file without some bytes at an offset. */
function without(offset: number, length: number): Uint8Array {
  return Uint8Array.from([...FILE.subarray(0, offset), ...FILE.subarray(offset + length)]);
}

describe('a file of mosquitto', () => {
  const records = read(FILE);
  const messages = records.flatMap((record) => (record.type === 'message' ? [record.message] : []));

  test('has its sessions and subscriptions', () => {
    const sessions = records.flatMap((record) => (record.type === 'session' ? [record.session] : []));
    const none = { userName: undefined, will: undefined, willDueAt: undefined, awaitingPubrel: [] };
    const plain = { noLocal: false, retainAsPublished: false, retainHandling: 0 };
    expect(sessions).toEqual([
      {
        ...none,
        clientIdentifier: 'sub5',
        protocolVersion: 5,
        sessionExpiryInterval: 3600,
        disconnectedAt: 1_795_422_914_000,
        subscriptions: [{ ...plain, subscriptionFilter: 'a/#', qos: 2, subscriptionIdentifier: 77 }],
      },
      {
        ...none,
        clientIdentifier: 'sub311',
        protocolVersion: 4,
        sessionExpiryInterval: 0xffff_ffff,
        disconnectedAt: NOW,
        subscriptions: [{ ...plain, subscriptionFilter: 'a/+', qos: 1, subscriptionIdentifier: undefined }],
      },
    ]);
  });

  test('has its messages, each once', () => {
    expect(
      messages.map(({ topicName, payload, qos, retain, publisher, expiresAt }) => [
        topicName,
        new TextDecoder().decode(payload),
        qos,
        retain,
        publisher,
        expiresAt,
      ]),
    ).toEqual([
      ['a/b', 'hello', 2, false, 'pp', 1_795_423_914_000],
      ['a/c', 'hello1', 1, true, 'pp', undefined],
    ]);
    expect(messages[0]?.properties).toMatchObject({ userProperties: [['k', 'v']], contentType: 'tx' });
    expect(messages[1]?.properties).toEqual({});
  });

  test('has its queues in order', () => {
    const deliveries = records.flatMap((record) => (record.type === 'delivery' ? [record] : []));
    expect(
      deliveries.map(({ clientIdentifier, delivery }) => [
        clientIdentifier,
        delivery.deliveryId,
        delivery.messageId,
        delivery.qos,
        delivery.step,
        delivery.subscriptionIdentifiers,
      ]),
    ).toEqual([
      ['sub5', 2, 1, 2, 'queued', [77]],
      ['sub5', 4, 3, 1, 'queued', [77]],
      ['sub311', 5, 1, 1, 'queued', undefined],
      ['sub311', 6, 3, 1, 'queued', undefined],
    ]);
  });

  test('has its retained messages', () => {
    const retained = records.flatMap((record) => (record.type === 'retained' ? [record.message] : []));
    expect(retained.map(({ topicName, retain }) => [topicName, retain])).toEqual([
      ['a/c', true],
      ['a/d/0', true],
    ]);
  });

  test('says what is not taken over', () => {
    expect(readMosquittoDatabase(FILE, NOW).notes).toEqual([
      'User names, shared subscriptions, Retain Handling and wills are not in the file, or not reliably.',
    ]);
  });
});

describe('what is no such file', () => {
  test.each([
    ['nothing', new Uint8Array(), 'byte 0: this is not a persistence file of mosquitto'],
    [
      'something else',
      Buffer.from('SQLite format 3\0 and more'),
      'byte 0: this is not a persistence file of mosquitto',
    ],
    [
      'an older format',
      changed(22, 5),
      'byte 19: header: format version: found 5; allowed: 6; let mosquitto 2.0 read it',
    ],
    ['the header alone', FILE.slice(0, 23), 'byte 23: header: chunks: found none; allowed: at least the configuration'],
    ['an unknown chunk', changed(26, 9), 'byte 23: header: type of a chunk: found 9; allowed: 1 to 6'],
    [
      'no configuration',
      without(23, 24),
      'byte 23: header: type of the first chunk: found 2; allowed: 1, configuration',
    ],
    ['a chunk that is cut off', FILE.slice(0, 60), 'byte 55: header: message chunk needs 82 bytes, and 5 are left'],
    [
      'a text longer than its chunk',
      changed(77, 0xff),
      'byte 87: message chunk: publisher needs 65321 bytes, and 50 are left',
    ],
    ['a QoS of 3', changed(85, 3), 'byte 85: message chunk: QoS: found 3; allowed: 0, 1 or 2'],
    ['a topic with a wildcard', changed(128, 0x23), 'byte 128: message chunk: topic: found '],
    [
      'the times of another byte order',
      changed(63, 0, 0, 0, 0, 0x6b, 0x04, 0x08, 0xd2),
      'byte 63: message chunk: expiry time: found ',
    ],
    [
      'an unknown property',
      changed(239, 0x02),
      'byte 239: properties: property: found identifier 2; allowed: one that belongs to a message here',
    ],
    ['a message that is missing', without(142, 51), 'names the message 54, which the file does not have'],
    [
      'identifiers of four bytes',
      changed(40, 4),
      'byte 40: configuration chunk: size of store ids: found 4; allowed: 8',
    ],
  ])('%s', (_name, bytes, sentence) => {
    expect(() => read(bytes)).toThrow(sentence);
    expect(() => read(bytes)).toThrow(InterchangeError);
  });

  test('every length of the file is refused, but where a chunk ends and nothing is missed', () => {
    const accepted: number[] = [];
    for (let length = 0; length <= FILE.length; length += 1) {
      try {
        read(FILE.subarray(0, length));
        accepted.push(length);
      } catch (error) {
        expect(error).toBeInstanceOf(InterchangeError);
        expect(String(error)).toMatch(/byte \d+/);
      }
    }
    expect(accepted).toEqual([47, 137, 188, 251, 287, 318, 349, 387, 417, 447, 474, 503, 519, 535]);
  });

  test('any flipped bits and foreign bytes are refused with an offset, or make other records', () => {
    const flips = fc.array(fc.tuple(fc.nat(FILE.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(flips, (pairs) => {
        const bytes = FILE.slice();
        for (const [offset, bits] of pairs) bytes[offset] = (bytes[offset] ?? 0) ^ bits;
        try {
          read(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(InterchangeError);
          expect(String(error)).toMatch(/byte \d+/);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
