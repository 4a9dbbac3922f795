export { connect, createClient, type WebClientOptions } from './web-client.ts';
export { webSocketDial } from './web-socket-dial.ts';
export { indexedDbStore } from './indexed-db-store.ts';
