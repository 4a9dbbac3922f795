import { saslprep } from '@mongodb-js/saslprep';
import { TextDecoder } from 'node:util';

/** The client's first message (RFC 5802, section 7), read. */
export interface ClientFirstMessage {
  /** What says whether channels are bound, to be repeated in the final message: `n,,` or `y,,`, with an authzid perhaps. */
  readonly gs2Header: string;
  /** The rest, which goes into the proof. */
  readonly bare: string;
  /** Escapes undone and prepared by SASLprep. */
  readonly userName: string;
  readonly nonce: string;
}

/** The client's final message, read. */
export interface ClientFinalMessage {
  /** The GS2 header that the client repeats. */
  readonly channelBinding: string;
  readonly nonce: string;
  readonly proof: Uint8Array;
  /** Everything before the proof, which goes into it. */
  readonly withoutProof: string;
}

/** Reads a first message; undefined when it is not one, asks for channel binding or for an extension. */
export function readClientFirst(data: Uint8Array | undefined): ClientFirstMessage | undefined {
  const text = textOf(data);
  // p=… would be channel binding, which MQTT has no channel for; m=… a mandatory extension.
  const match = /^([ny],(?:a=[^,]*)?,)(n=([^,]+),r=([!-+\--~]+)(?:,[a-zA-Z]=[^,]*)*)$/.exec(text ?? '');
  if (match === null) return undefined;
  const [, gs2Header = '', bare = '', escaped = '', nonce = ''] = match;
  const userName = unescaped(escaped);
  return userName === undefined ? undefined : { gs2Header, bare, userName, nonce };
}

/** Reads a final message; undefined when it is not one. */
export function readClientFinal(data: Uint8Array | undefined): ClientFinalMessage | undefined {
  const match = /^((?:c=([A-Za-z0-9+/=]+)),r=([!-+\--~]+)(?:,[a-zA-Z]=[^,]*)*?),p=([A-Za-z0-9+/=]+)$/.exec(
    textOf(data) ?? '',
  );
  if (match === null) return undefined;
  const [, withoutProof = '', channelBinding = '', nonce = '', proof = ''] = match;
  return {
    withoutProof,
    channelBinding: Buffer.from(channelBinding, 'base64').toString(),
    nonce,
    proof: Buffer.from(proof, 'base64'),
  };
}

function textOf(data: Uint8Array | undefined): string | undefined {
  if (data === undefined || data.length > MESSAGE_BYTES_MAX) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return undefined;
  }
}

/** `=2C` is a comma and `=3D` an equals sign; any other `=` is a mistake. */
function unescaped(escaped: string): string | undefined {
  if (/=(?!2C|3D)/.test(escaped)) return undefined;
  try {
    return saslprep(escaped.replaceAll('=2C', ',').replaceAll('=3D', '='));
  } catch {
    return undefined;
  }
}

/** User name and nonce of any client are far shorter. */
const MESSAGE_BYTES_MAX = 4096;
