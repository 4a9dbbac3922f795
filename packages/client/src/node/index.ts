export { connect, createClient, type NodeClientOptions } from './node-client.ts';
export { nodeDial, type NodeDialOptions, type TlsSettings } from './node-dial.ts';
export { fileStore, type FileStoreOptions } from './file-store.ts';
