export { tcpListener, type TcpListenerOptions } from './tcp-listener.ts';
export { unixListener, type UnixListenerOptions } from './unix-listener.ts';
export { webSocketListener, type WebSocketListenerOptions } from './web-socket-listener.ts';
export { webSocketUpgrade } from './web-socket-upgrade.ts';
export {
  dialTcp,
  dialTls,
  dialUnix,
  type DialOptions,
  type DialTcpOptions,
  type DialTlsOptions,
  type DialUnixOptions,
} from './dial-socket.ts';
export { dialWebSocket, type DialWebSocketOptions } from './dial-web-socket.ts';
export { tcpTransport, HIGH_WATER_MARK_BYTES, type SocketTransportOptions } from './socket-transport.ts';
export type { BindOptions } from './bound-servers.ts';
export type { EndLimits } from './end-limits.ts';
export type { TlsListenerOptions } from './tls-listener-options.ts';
export type { WebSocketOptions } from './web-socket-acceptor.ts';
