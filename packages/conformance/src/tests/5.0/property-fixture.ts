import type { PacketType } from '@skua/codec';
import { mutant, packetTypeOf } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import type { StatementId } from '../../statements/statement.ts';
import {
  binary,
  bytes,
  concatenate,
  fourByteInteger,
  frame,
  properties,
  property,
  string,
  twoByteInteger,
} from '../../wire/frame.ts';

/** The properties by name. */
type SampleName =
  | 'payloadFormatIndicator'
  | 'messageExpiryInterval'
  | 'contentType'
  | 'responseTopic'
  | 'correlationData'
  | 'subscriptionIdentifier'
  | 'sessionExpiryInterval'
  | 'assignedClientIdentifier'
  | 'serverKeepAlive'
  | 'authenticationMethod'
  | 'authenticationData'
  | 'requestProblemInformation'
  | 'willDelayInterval'
  | 'requestResponseInformation'
  | 'responseInformation'
  | 'serverReference'
  | 'reasonString'
  | 'receiveMaximum'
  | 'topicAliasMaximum'
  | 'topicAlias'
  | 'maximumQos'
  | 'retainAvailable'
  | 'userProperty'
  | 'maximumPacketSize'
  | 'wildcardSubscriptionAvailable'
  | 'subscriptionIdentifiersAvailable'
  | 'sharedSubscriptionAvailable';

/** One of each property as it looks on the wire, with a value that is right wherever the property may stand. */
export const Sample: Readonly<Record<SampleName, Uint8Array>> = {
  payloadFormatIndicator: property(0x01, bytes(1)),
  messageExpiryInterval: property(0x02, fourByteInteger(60)),
  contentType: property(0x03, string('text')),
  responseTopic: property(0x08, string('skua/response')),
  correlationData: property(0x09, binary(bytes(0x2a))),
  subscriptionIdentifier: property(0x0b, bytes(7)),
  sessionExpiryInterval: property(0x11, fourByteInteger(5)),
  assignedClientIdentifier: property(0x12, string('assigned')),
  serverKeepAlive: property(0x13, twoByteInteger(2)),
  authenticationMethod: property(0x15, string('SCRAM-SHA-256')),
  authenticationData: property(0x16, binary(bytes(0x2a))),
  requestProblemInformation: property(0x17, bytes(1)),
  willDelayInterval: property(0x18, fourByteInteger(0)),
  requestResponseInformation: property(0x19, bytes(1)),
  responseInformation: property(0x1a, string('responses/')),
  serverReference: property(0x1c, string('other.example')),
  reasonString: property(0x1f, string('because')),
  receiveMaximum: property(0x21, twoByteInteger(10)),
  topicAliasMaximum: property(0x22, twoByteInteger(10)),
  topicAlias: property(0x23, twoByteInteger(1)),
  maximumQos: property(0x24, bytes(1)),
  retainAvailable: property(0x25, bytes(1)),
  userProperty: property(0x26, concatenate([string('name'), string('value')])),
  maximumPacketSize: property(0x27, fourByteInteger(1024)),
  wildcardSubscriptionAvailable: property(0x28, bytes(1)),
  subscriptionIdentifiersAvailable: property(0x29, bytes(1)),
  sharedSubscriptionAvailable: property(0x2a, bytes(1)),
};

/** The same property two times, one after the other. */
export function twice(one: Uint8Array): Uint8Array {
  return concatenate([one, one]);
}

/** The name of a test choice's answer: with which Reason Code the connection ended. */
export function toldAs(reasonCode: number | undefined): string {
  return reasonCode === undefined ? 'bare close' : `Reason Code 0x${reasonCode.toString(16)}`;
}

/**
 * The broker takes wrong properties for right ones without a word. They are the first of their property section, and the
 * section is shorter than 128 bytes, so that the byte before them is its length.
 */
export function readsPropertiesAs(
  name: string,
  breaks: readonly StatementId[],
  wrong: Uint8Array,
  right: Uint8Array,
): Mutant {
  return mutant(name, breaks, {
    fromClient: (received) => {
      const body = bodyOf(received);
      const at = positionOf(body, wrong);
      if (at < 1) return [received];
      const length = (body[at - 1] ?? 0) - wrong.length + right.length;
      const rest = body.subarray(at + wrong.length);
      return [frame(received[0] ?? 0, body.subarray(0, at - 1), bytes(length), right, rest)];
    },
  });
}

/** The broker reads a property that stands twice as if it stood once. */
export function takesOnce(name: string, breaks: readonly StatementId[], one: Uint8Array): Mutant {
  return readsPropertiesAs(`takes ${name} where it stands twice`, breaks, twice(one), one);
}

/**
 * The broker adds properties to each packet of one type that it sends.
 *
 * @param start - bytes between the Remaining Length and the Property Length.
 */
export function addsProperties(
  name: string,
  breaks: readonly StatementId[],
  type: PacketType,
  start: number,
  added: Uint8Array,
): Mutant {
  return mutant(name, breaks, {
    fromBroker: (sent) => (packetTypeOf(sent) === type ? [withProperties(sent, start, added)] : [sent]),
  });
}

/** What follows the Remaining Length. */
export function bodyOf(packet: Uint8Array): Uint8Array {
  let start = 1;
  while ((packet[start] ?? 0) >= 0x80) start += 1;
  return packet.subarray(start + 1);
}

/**
 * A packet with more properties; a section that was left out is written.
 *
 * @param start - bytes between the Remaining Length and the Property Length.
 */
export function withProperties(packet: Uint8Array, start: number, added: Uint8Array): Uint8Array {
  return changesSection(packet, start, (section) => concatenate([added, section]));
}

/** A packet whose property section begins with two equal strings or Binary Data, with one of them. */
export function withoutRepetition(packet: Uint8Array, start: number): Uint8Array {
  return changesSection(packet, start, (section) => {
    const one = section.subarray(0, 3 + (((section[1] ?? 0) << 8) | (section[2] ?? 0)));
    return positionOf(section, twice(one)) === 0 ? section.subarray(one.length) : section;
  });
}

function changesSection(packet: Uint8Array, start: number, change: (section: Uint8Array) => Uint8Array): Uint8Array {
  const body = bodyOf(packet);
  const head = body.length >= start ? body.subarray(0, start) : concatenate([body, bytes(0)]);
  let length = 0;
  let from = start;
  for (let shift = 0; from < body.length; shift += 7) {
    const digit = body[from++] ?? 0;
    length |= (digit & 0x7f) << shift;
    if (digit < 0x80) break;
  }
  const section = body.subarray(from, from + length);
  return frame(packet[0] ?? 0, head, properties(change(section)), body.subarray(from + length));
}

/** Where a part begins, -1 when it is not there. */
export function positionOf(whole: Uint8Array, part: Uint8Array): number {
  return whole.findIndex((_byte, start) => part.every((byte, index) => whole[start + index] === byte));
}
