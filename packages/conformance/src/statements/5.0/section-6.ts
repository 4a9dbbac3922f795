import type { Statement } from '../statement.ts';

/** 5.0, section 6: WebSocket. */
export const SECTION_6_OF_5_0: readonly Statement[] = [
  {
    id: 'MQTT-6.0.0-1',
    binds: 'both',
    says: 'Control Packets travel in binary WebSocket frames; whoever receives another data frame closes.',
    server: {
      kind: 'not observable',
      reason:
        'the tests see the byte stream that a WebSocket carries, not its frames; the WebSocket transport has its own tests',
    },
  },
  {
    id: 'MQTT-6.0.0-2',
    binds: 'both',
    says: 'A WebSocket frame may hold several Control Packets or a part of one.',
    server: {
      kind: 'not observable',
      reason:
        'the tests see the byte stream that a WebSocket carries, not its frames; the WebSocket transport has its own tests',
    },
  },
  {
    id: 'MQTT-6.0.0-3',
    binds: 'client',
    says: 'A client offers the WebSocket subprotocol mqtt.',
    server: { kind: 'other role' },
  },
  {
    id: 'MQTT-6.0.0-4',
    binds: 'server',
    says: 'The WebSocket subprotocol that a server selects is mqtt.',
    server: {
      kind: 'not observable',
      reason: 'the handshake is over before the tests see the connection; the WebSocket transport has its own tests',
    },
  },
];
