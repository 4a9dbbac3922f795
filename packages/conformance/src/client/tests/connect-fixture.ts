import { concatenate } from '../../wire/frame.ts';
import { bodyOffset } from '../client-mutations.ts';
import type { ClientTestContext, ConnectFields } from '../client-test-context.ts';
import type { ReceivedFrame } from '../broker-connection.ts';

/** Where things stand in a CONNECT. */
export interface ConnectLayout {
  readonly flagsAt: number;
  /** The Client Identifier with its length. */
  readonly payloadAt: number;
  readonly clientIdentifierEnd: number;
}

/** Finds them by their lengths alone. */
export function connectLayout(connect: Uint8Array): ConnectLayout {
  const body = bodyOffset(connect);
  const levelAt = body + 2 + twoBytes(connect, body);
  const flagsAt = levelAt + 1;
  let payloadAt = flagsAt + 3;
  if (connect[levelAt] === 5) {
    const [length, end] = variableByteInteger(connect, payloadAt);
    payloadAt = end + length;
  }
  return { flagsAt, payloadAt, clientIdentifierEnd: payloadAt + 2 + twoBytes(connect, payloadAt) };
}

/** The same CONNECT with other Connect Flags. */
export function withFlags(connect: Uint8Array, change: (flags: number) => number): Uint8Array {
  const { flagsAt } = connectLayout(connect);
  return concatenate([
    connect.subarray(0, flagsAt),
    Uint8Array.of(change(connect[flagsAt] ?? 0)),
    connect.subarray(flagsAt + 1),
  ]);
}

/**
 * Asks for a connection that a client may refuse: then nothing comes. What comes must be a valid CONNECT. The connection is
 * cut afterwards.
 */
export async function mayConnect(test: ClientTestContext, fields: ConnectFields): Promise<ReceivedFrame | undefined> {
  const attempt = test.startConnect(fields);
  const connection = await test.acceptUnless(() => attempt.state === 'refused');
  if (connection === undefined) return undefined;
  const received = await connection.nextFrame();
  connection.cut();
  await test.pass(5);
  return received;
}

function twoBytes(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** The value and where it ends. */
function variableByteInteger(bytes: Uint8Array, at: number): [value: number, end: number] {
  let value = 0;
  for (let index = 0; ; index += 1) {
    const digit = bytes[at + index] ?? 0;
    value += (digit & 0x7f) * 128 ** index;
    if (digit < 0x80) return [value, at + index + 1];
  }
}
