export { connect, createClient, type WebClientOptions } from './web-client.ts';
export { webSocketDial } from './web-socket-dial.ts';
