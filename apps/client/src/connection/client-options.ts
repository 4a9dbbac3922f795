import type { ClientOptions, DialOptions, EnhancedAuthentication } from '@skua/client';
import type { ConnectProperties } from '@skua/codec';
import { FOREVER, type ConnectionSettings } from './connection-settings.ts';
import { dialSettings, serverName } from './dial-settings.ts';

/** What the client library is told for the options of the command line. */
export function clientOptions(settings: ConnectionSettings): ClientOptions & DialOptions {
  const { will, properties, userName, password, clientIdentifier, clientIdentifierPrefix } = settings;
  const { connect } = properties;
  const identifier =
    clientIdentifierPrefix === undefined ? clientIdentifier : `${clientIdentifierPrefix}${process.pid}`;
  return {
    dial: (_server, { signal }) => dialSettings(settings, signal),
    servers: [serverName(settings)],
    protocolVersion: settings.protocolVersion,
    keepAlive: settings.keepAlive,
    cleanStart: settings.cleanStart,
    sessionExpiryInterval: expiryOf(settings),
    connectTimeoutMs: settings.connectTimeout * 1000,
    reconnect: RECONNECT,
    ...(identifier === undefined ? {} : { clientIdentifier: identifier }),
    ...(userName === undefined ? {} : { userName }),
    ...(password === undefined ? {} : { password }),
    ...(will.topic === undefined
      ? {}
      : {
          will: {
            topicName: will.topic,
            payload: will.payload ?? '',
            qos: will.qos,
            retain: will.retain,
            properties: properties.will,
          },
        }),
    ...connectProperties(connect),
  };
}

function connectProperties(connect: ConnectProperties): ClientOptions {
  return {
    ...(connect.receiveMaximum === undefined ? {} : { receiveMaximum: connect.receiveMaximum }),
    ...(connect.maximumPacketSize === undefined ? {} : { maximumPacketSize: connect.maximumPacketSize }),
    ...(connect.topicAliasMaximum === undefined ? {} : { topicAliasMaximum: connect.topicAliasMaximum }),
    ...(connect.userProperties === undefined ? {} : { userProperties: connect.userProperties }),
    ...(connect.requestResponseInformation === undefined
      ? {}
      : { requestResponseInformation: connect.requestResponseInformation }),
    ...(connect.requestProblemInformation === undefined
      ? {}
      : { requestProblemInformation: connect.requestProblemInformation }),
    ...(connect.authenticationMethod === undefined
      ? {}
      : { authentication: fixedAuthentication(connect.authenticationMethod, connect.authenticationData) }),
  };
}

/** An authentication that says one thing, as far as a command line can. */
function fixedAuthentication(method: string, data: Uint8Array | undefined): EnhancedAuthentication {
  return { method, start: () => data, continue: () => undefined };
}

/** `-x`, or `-D connect session-expiry-interval`, or with `-c` for ever. */
function expiryOf({ sessionExpiryInterval, properties, cleanStart }: ConnectionSettings): number {
  return sessionExpiryInterval ?? properties.connect.sessionExpiryInterval ?? (cleanStart ? 0 : FOREVER);
}

/** A tool is watched by somebody: it tries again sooner than a program would. */
const RECONNECT = { initialMs: 1000, maximumMs: 30_000 } as const;
