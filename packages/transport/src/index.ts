export { createTransportPair, MemoryTransport, pump, type TransportPairOptions } from './memory-transport.ts';
export { ListenError, type Listener, type ListenerAddress } from './listener.ts';
export type { ClientCertificate, TransportInfo, TransportProtocol } from './transport-info.ts';
export type { Transport, TransportHandlers } from './transport.ts';
