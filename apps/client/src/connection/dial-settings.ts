import type { Transport } from '@skua/transport';
import { dialWebSocket, tcpTransport } from '@skua/transport-node';
import { usesTls, type ConnectionSettings } from './connection-settings.ts';
import { findEndpoint, openSocket } from './open-socket.ts';

/** Opens the transport that the options describe. */
export async function dialSettings(settings: ConnectionSettings, signal: AbortSignal): Promise<Transport> {
  const socket = await openSocket(settings, signal);
  if (settings.transport === 'tcp') {
    return tcpTransport(socket, settings.unixPath === undefined ? {} : { unixPath: settings.unixPath });
  }
  return dialWebSocket({ url: await webSocketUrl(settings), signal, connection: () => socket });
}

/** The server as people write it. */
export function serverName(settings: ConnectionSettings): string {
  const { unixPath, transport, host = 'localhost' } = settings;
  if (unixPath !== undefined) return `unix:${unixPath}`;
  const encrypted = usesTls(settings);
  const scheme = transport === 'websocket' ? (encrypted ? 'wss' : 'ws') : encrypted ? 'mqtts' : 'mqtt';
  const path = transport === 'websocket' ? settings.webSocketPath : '';
  return `${scheme}://${bracketed(host)}:${settings.port ?? (encrypted ? 8883 : 1883)}${path}`;
}

async function webSocketUrl(settings: ConnectionSettings): Promise<string> {
  const { host, port } =
    settings.unixPath === undefined ? await findEndpoint(settings) : { host: 'localhost', port: 80 };
  return `${usesTls(settings) ? 'wss' : 'ws'}://${bracketed(host)}:${port}${settings.webSocketPath}`;
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
