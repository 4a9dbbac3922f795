import type { TopicName } from '@skua/topics';
import { noProperties, type PropertySettings } from '../command-line/property-option.ts';
import { UsageError } from '../command-line/usage-error.ts';

/** TLS as the options give it. */
export interface TlsSettings {
  /** What asked for TLS by name: `--tls`, `--tls-use-os-certs`, an mqtts or wss URL. */
  wanted: boolean;
  refused: boolean;
  caFile: string | undefined;
  caPath: string | undefined;
  certFile: string | undefined;
  keyFile: string | undefined;
  ciphers: string | undefined;
  version: 'tlsv1.1' | 'tlsv1.2' | 'tlsv1.3' | undefined;
  alpn: string | undefined;
  /** The name in the certificate is not compared. */
  insecure: boolean;
  osCertificates: boolean;
  pskHex: string | undefined;
  pskIdentity: string | undefined;
}

/** A SOCKS5 proxy, which resolves names itself. */
export interface ProxySettings {
  readonly host: string;
  readonly port: number;
  readonly userName: string | undefined;
  readonly password: string | undefined;
}

/** The will as the options give it. */
export interface WillSettings {
  topic: TopicName | undefined;
  payload: string | undefined;
  qos: 0 | 1 | 2;
  retain: boolean;
}

/** Whom to connect to and how, in mosquitto's terms; collected option by option. */
export interface ConnectionSettings {
  host: string | undefined;
  port: number | undefined;
  unixPath: string | undefined;
  transport: 'tcp' | 'websocket';
  webSocketPath: string;
  bindAddress: string | undefined;
  useSrv: boolean;
  userName: string | undefined;
  password: string | undefined;
  clientIdentifier: string | undefined;
  clientIdentifierPrefix: string | undefined;
  protocolVersion: 3 | 4 | 5;
  keepAlive: number;
  cleanStart: boolean;
  /** Seconds; undefined until somebody says so. */
  sessionExpiryInterval: number | undefined;
  maximumInflight: number;
  readonly tls: TlsSettings;
  proxy: ProxySettings | undefined;
  readonly will: WillSettings;
  readonly properties: PropertySettings;
  /** Seconds until a connection attempt is given up. */
  connectTimeout: number;
  /** Try again when the first connection fails. */
  retry: boolean;
  debug: boolean;
  quiet: boolean;
}

/** What holds when no option is given. */
export function defaultConnection(protocolVersion: 3 | 4 | 5): ConnectionSettings {
  return {
    host: undefined,
    port: undefined,
    unixPath: undefined,
    transport: 'tcp',
    webSocketPath: '/mqtt',
    bindAddress: undefined,
    useSrv: false,
    userName: undefined,
    password: undefined,
    clientIdentifier: undefined,
    clientIdentifierPrefix: undefined,
    protocolVersion,
    keepAlive: 60,
    cleanStart: true,
    sessionExpiryInterval: undefined,
    maximumInflight: 20,
    tls: {
      wanted: false,
      refused: false,
      caFile: undefined,
      caPath: undefined,
      certFile: undefined,
      keyFile: undefined,
      ciphers: undefined,
      version: undefined,
      alpn: undefined,
      insecure: false,
      osCertificates: false,
      pskHex: undefined,
      pskIdentity: undefined,
    },
    proxy: undefined,
    will: { topic: undefined, payload: undefined, qos: 0, retain: false },
    properties: noProperties(),
    connectTimeout: 30,
    retry: false,
    debug: false,
    quiet: false,
  };
}

/** Whether the connection is encrypted: asked for, implied by authorities or a key, or by port 8883. */
export function usesTls({ tls, port }: ConnectionSettings): boolean {
  if (tls.refused) return false;
  return (
    tls.wanted ||
    tls.osCertificates ||
    tls.caFile !== undefined ||
    tls.caPath !== undefined ||
    tls.pskHex !== undefined ||
    port === 8883
  );
}

/**
 * Refuses what does not fit together.
 *
 * @throws {UsageError}
 */
export function checkConnection(settings: ConnectionSettings): void {
  const { will, tls, protocolVersion, cleanStart, clientIdentifier } = settings;
  if (will.topic === undefined && (will.payload !== undefined || will.retain)) {
    throw new UsageError('A will needs --will-topic.');
  }
  if ((tls.certFile === undefined) !== (tls.keyFile === undefined)) {
    throw new UsageError('--cert and --key go together.');
  }
  if (tls.pskHex !== undefined && (tls.caFile !== undefined || tls.caPath !== undefined)) {
    throw new UsageError('--psk and --cafile or --capath exclude each other.');
  }
  if ((tls.pskHex === undefined) !== (tls.pskIdentity === undefined)) {
    throw new UsageError('--psk and --psk-identity go together.');
  }
  if (settings.password !== undefined && settings.userName === undefined && protocolVersion !== 5) {
    throw new UsageError('A password without a user name is possible in 5.0 only: add -u or -V 5.');
  }
  const named = clientIdentifier !== undefined && clientIdentifier !== '';
  const lastsForever =
    protocolVersion === 5 ? (settings.sessionExpiryInterval ?? (cleanStart ? 0 : FOREVER)) === FOREVER : !cleanStart;
  if (lastsForever && !named) {
    throw new UsageError('A session that does not expire needs a client identifier: add -i.');
  }
}

/** The Session Expiry Interval of a session that does not expire. */
export const FOREVER = 0xffff_ffff;
