import type { ProtocolVersion } from '@skua/codec';
import { RawClient } from './raw-client.ts';
import type { Target } from './target.ts';

/**
 * Whether a broker speaks a version at all: its answer to a plain CONNECT is a CONNACK that a client of this version can
 * read, and that does not say that the version is not supported. Being refused for another reason counts as speaking.
 */
export async function speaksVersion(target: Target, version: ProtocolVersion, unique: string): Promise<boolean> {
  const context = { target, transcript: [], mangle: (bytes: Uint8Array) => [bytes] };
  const client = await RawClient.open('probe', version, context);
  client.send({
    type: 'connect',
    protocolVersion: version,
    cleanStart: true,
    keepAlive: 60,
    clientIdentifier: `${unique}probe`.slice(0, 23),
    properties: {},
  });
  const answer = (await client.answers()) === 'readable' ? await client.next() : undefined;
  if (!client.closed) client.cut();
  return answer?.type === 'connack' && answer.reasonCode !== UNSUPPORTED_PROTOCOL_VERSION;
}

const UNSUPPORTED_PROTOCOL_VERSION = 0x84;
