/**
 * The server that a Server Reference means (section 4.11): the first, if several are named with spaces between, by the same
 * scheme as the server that sends us on, unless it has one of its own.
 */
export function redirectedServer(from: string, serverReference: string): string {
  const [reference = ''] = serverReference.split(' ');
  return SCHEME.test(reference) ? reference : (SCHEME.exec(from)?.[0] ?? '') + reference;
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
