/** The client's side of one SCRAM-SHA-256 exchange (RFC 7677) without channel binding. */
export interface ScramClient {
  /** The client-first-message. */
  readonly first: Uint8Array;
  /**
   * The client-final-message.
   *
   * @param serverFirst - the server-first-message; what is not one leads to a proof that proves nothing.
   */
  final(serverFirst: Uint8Array): Promise<Uint8Array>;
}

/**
 * Begins an exchange.
 *
 * @param userName - without `,` and `=`, which would need escapes.
 * @param nonce - printable ASCII without `,`.
 */
export function scramClient(userName: string, password: string, nonce: string): ScramClient {
  const firstBare = `n=${userName},r=${nonce}`;
  return {
    first: utf8(`n,,${firstBare}`),
    final: async (serverFirst) => {
      const challenge = String.fromCharCode(...serverFirst);
      const attributes = scramAttributes(challenge);
      const salt = latin1(atob(attributes.get('s') ?? ''));
      const withoutProof = `c=biws,r=${attributes.get('r') ?? ''}`;
      const authMessage = utf8(`${firstBare},${challenge},${withoutProof}`);
      const salted = await pbkdf2(utf8(password), salt, Number(attributes.get('i') ?? 1));
      const clientKey = await hmac(salted, utf8('Client Key'));
      const storedKey = new Uint8Array(await crypto.subtle.digest('SHA-256', clientKey));
      const signature = await hmac(storedKey, authMessage);
      const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
      return utf8(`${withoutProof},p=${btoa(String.fromCharCode(...proof))}`);
    },
  };
}

/** The attributes of a SCRAM message by their letters. */
function scramAttributes(message: string): ReadonlyMap<string, string> {
  return new Map(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
}

async function hmac(key: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, data));
}

async function pbkdf2(password: Uint8Array, salt: Uint8Array, iterations: number): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', password, { name: 'PBKDF2' }, false, ['deriveBits']);
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 256));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
