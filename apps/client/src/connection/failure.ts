import type { ConnectionSettings } from './connection-settings.ts';
import { serverName } from './dial-settings.ts';

/** What went wrong, in a sentence that says what to try, and the exit code for it. */
export interface Failure {
  readonly sentence: string;
  readonly exitCode: number;
}

/** Explains why there is no connection, or no longer. */
export function connectionFailure(error: unknown, settings: ConnectionSettings): Failure {
  const server = serverName(settings);
  const isEnd = error instanceof Error && error.name === 'DisconnectedError';
  const code = refusalCode(error, settings);
  if (code !== undefined) return refusal(server, isEnd ? 'ended' : 'refused', code, error);
  if (isEnd) return { sentence: `The connection to ${server} was lost.`, exitCode: 7 };
  const root = rootCause(error);
  const found = property(root, 'code');
  const systemCode = typeof found === 'string' ? found : '';
  const host = settings.proxy === undefined ? (settings.host ?? 'localhost') : settings.proxy.host;
  const network = NETWORK[systemCode];
  if (network !== undefined) return { sentence: network(server, host), exitCode: 1 };
  const certificate = CERTIFICATE[systemCode];
  if (certificate !== undefined) return { sentence: certificate(server), exitCode: TLS_ERROR };
  const { name, message } = root instanceof Error ? root : { name: '', message: String(root) };
  if (name === 'ProxyError') return { sentence: message, exitCode: PROXY_ERROR };
  if (systemCode.startsWith('ERR_SSL') || systemCode === 'EPROTO' || /ssl|tls/i.test(message)) {
    return {
      sentence: `${server} does not speak TLS as asked for: ${trimmed(message)}. Try the port without TLS, or --tls-version.`,
      exitCode: TLS_ERROR,
    };
  }
  if (/Unexpected server response: (\d+)/.test(message)) {
    return { sentence: `${server} is no WebSocket for MQTT: ${trimmed(message)}. Try another --ws-path.`, exitCode: 1 };
  }
  if (name === 'TimeoutError' || /timed? ?out|in time|within/i.test(message)) {
    return {
      sentence: `${server} did not answer within ${settings.connectTimeout} s. Is it an MQTT server, and does a firewall let it through?`,
      exitCode: TIMED_OUT,
    };
  }
  return { sentence: `No connection to ${server}: ${trimmed(message)}.`, exitCode: 1 };
}

/** What the server said, as its version has it; undefined when it said nothing. */
function refusalCode(error: unknown, { protocolVersion }: ConnectionSettings): number | undefined {
  const returnCode = property(error, 'returnCode');
  const reasonCode = property(error, 'reasonCode');
  if (typeof returnCode === 'number') return returnCode;
  if (typeof reasonCode !== 'number' || reasonCode === 0) return undefined;
  return protocolVersion === 5 ? reasonCode : (RETURN_CODES[reasonCode] ?? reasonCode);
}

/** The server said no: the exit code is what it said. */
function refusal(server: string, verb: 'refused' | 'ended', reasonCode: number, error: unknown): Failure {
  const advice = REFUSALS[reasonCode] ?? 'it gives no better reason';
  const reason = property(error, 'reasonString');
  const text = typeof reason === 'string' && reason !== '' ? ` (${reason})` : '';
  const code = reasonCode >= 0x80 ? `0x${reasonCode.toString(16)}` : `${reasonCode}`;
  return { sentence: `${server} ${verb} the connection, code ${code}${text}: ${advice}.`, exitCode: reasonCode };
}

/** The error that began it all: of several addresses that were tried the first. */
function rootCause(error: unknown): unknown {
  let current = error;
  for (let depth = 0; depth < 10; depth++) {
    if (current instanceof AggregateError && current.errors.length > 0) {
      current = current.errors[0];
      continue;
    }
    const cause = property(current, 'cause');
    if (!(cause instanceof Error)) return current;
    current = cause;
  }
  return current;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function trimmed(message: string): string {
  // OpenSSL ends its sentences with the place in its sources.
  const text = /:SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? message;
  return text.trim().replace(/\.$/, '');
}

const NETWORK: Readonly<Record<string, (server: string, host: string) => string>> = {
  ECONNREFUSED: (server) =>
    `${server} refused the connection: nothing listens there. Is the broker running, and is the port right?`,
  ENOTFOUND: (_, host) => `The name ${host} is not known. Is it written correctly?`,
  EAI_AGAIN: (_, host) => `The name service did not answer for ${host}. Is this machine online?`,
  ENOENT: (server) => `${server} does not exist. Is the broker running, and is the path right?`,
  EACCES: (server) => `${server} may not be used by this user.`,
  ECONNRESET: (server) => `${server} closed the connection. Does it want TLS, or another protocol?`,
  ETIMEDOUT: (server) => `${server} cannot be reached: no answer. Does a firewall let it through?`,
  EHOSTUNREACH: (server) => `${server} cannot be reached: there is no way to its host.`,
  ENETUNREACH: (server) => `${server} cannot be reached: there is no way to its network.`,
  EADDRNOTAVAIL: () => 'This machine does not have the address of -A.',
  EINVAL: () => 'The address of -A does not fit the address of the server.',
};

const CERTIFICATE: Readonly<Record<string, (server: string) => string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: (server) =>
    `The certificate of ${server} is signed by itself. Give it with --cafile to trust it.`,
  SELF_SIGNED_CERT_IN_CHAIN: (server) =>
    `The authority of the certificate of ${server} is not known here. Give it with --cafile.`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: (server) =>
    `Nobody known here has signed the certificate of ${server}. Give the authority with --cafile; perhaps the server leaves out an intermediate certificate.`,
  UNABLE_TO_GET_ISSUER_CERT: (server) =>
    `The chain of the certificate of ${server} is not complete. Give the authorities with --cafile.`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: (server) =>
    `Nobody known here has signed the certificate of ${server}. Give the authority with --cafile.`,
  CERT_HAS_EXPIRED: (server) =>
    `The certificate of ${server} has expired. Renew it, or look at the clock of this machine.`,
  CERT_NOT_YET_VALID: (server) => `The certificate of ${server} is not valid yet. Look at the clock of this machine.`,
  ERR_TLS_CERT_ALTNAME_INVALID: (server) =>
    `The certificate of ${server} is for another name. Connect by that name, or with --insecure in tests.`,
  HOSTNAME_MISMATCH: (server) =>
    `The certificate of ${server} is for another name. Connect by that name, or with --insecure in tests.`,
};

const REFUSALS: Readonly<Record<number, string>> = {
  1: 'it does not speak this version of MQTT; try -V 31, -V 311 or -V 5',
  2: 'it does not take this client identifier; try another -i',
  3: 'it is not available; try again later',
  4: 'user name or password is wrong; look at -u and -P',
  5: 'this client is not authorized; look at -u, -P and -i',
  0x80: 'it gives no better reason; its log may',
  0x81: 'it found a malformed packet',
  0x82: 'it found a protocol error',
  0x84: 'it does not speak this version of MQTT; try -V 311',
  0x85: 'it does not take this client identifier; try another -i',
  0x86: 'user name or password is wrong; look at -u and -P',
  0x87: 'this client is not authorized; look at -u, -P and -i',
  0x88: 'it is not available; try again later',
  0x89: 'it is busy; try again later',
  0x8a: 'this client is banned; ask its administrator',
  0x8b: 'it is shutting down',
  0x8c: 'it does not know this authentication method',
  0x8d: 'it has heard nothing for too long; look at -k and at the network',
  0x8e: 'another client has connected with the same identifier; give each its own -i',
  0x90: 'it does not accept the topic of the will',
  0x93: 'too many messages were under way',
  0x95: 'the packet is larger than it accepts',
  0x96: 'too many messages in a short time',
  0x97: 'a quota is used up',
  0x98: 'its administrator has ended it',
  0x99: 'the payload of the will is not what it says',
  0x9a: 'it does not retain messages; leave out --will-retain',
  0x9b: 'it does not accept the QoS of the will; lower --will-qos',
  0x9c: 'another server is to be used for now',
  0x9d: 'it has moved for good',
  0x9f: 'too many connections in a short time; try again later',
};

/** The client library speaks in the codes of 5.0; a CONNACK of 3.1.1 had one of these. */
const RETURN_CODES: Readonly<Record<number, number>> = { 0x84: 1, 0x85: 2, 0x88: 3, 0x86: 4, 0x87: 5 };

const TLS_ERROR = 8;
const PROXY_ERROR = 16;
/** What -W ends with, and whatever else took too long. */
export const TIMED_OUT = 27;
