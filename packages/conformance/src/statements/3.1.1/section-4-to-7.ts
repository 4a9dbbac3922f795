import type { Statement } from '../statement.ts';

/** 3.1.1, sections 4 to 7: operation, WebSocket, conformance. */
export const SECTION_4_TO_7_OF_3_1_1: readonly Statement[] = [
  {
    id: 'v3 MQTT-4.1.0-1',
    binds: 'both',
    says: 'Session state is kept for as long as the session lasts.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.1.0-2',
    binds: 'both',
    says: 'A session lasts at least as long as its connection.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.3.1-1',
    binds: 'both',
    says: 'A PUBLISH at QoS 0 is sent with DUP 0.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.3.2-1',
    binds: 'both',
    says: 'Who sends at QoS 1 chooses a free Packet Identifier, sends with DUP 0 and waits for PUBACK.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.3.2-2',
    binds: 'both',
    says: 'Who receives at QoS 1 answers by PUBACK, and takes a later PUBLISH with the same Packet Identifier for a new one.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.3.3-1',
    binds: 'both',
    says: 'Who sends at QoS 2 goes from PUBLISH by PUBREC to PUBREL and by PUBCOMP to the end, and never back.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.3.3-2',
    binds: 'both',
    says: 'Who receives at QoS 2 answers each PUBLISH by PUBREC, passes it on once, and answers PUBREL by PUBCOMP.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.4.0-1',
    binds: 'both',
    says: 'After a reconnect with CleanSession 0 what is unacknowledged is sent again under its Packet Identifiers.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.5.0-1',
    binds: 'server',
    says: 'A message is added to the session of every client with a matching subscription.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.5.0-2',
    binds: 'client',
    says: 'A client acknowledges every PUBLISH, whatever it does with the message.',
    server: { kind: 'other role' },
  },
  {
    id: 'v3 MQTT-4.6.0-1',
    binds: 'client',
    says: 'A client sends PUBLISH packets again in the order in which it sent them first.',
    server: { kind: 'other role' },
  },
  {
    id: 'v3 MQTT-4.6.0-2',
    binds: 'client',
    says: 'A client sends PUBACK in the order of the PUBLISH packets.',
    server: { kind: 'other role' },
  },
  {
    id: 'v3 MQTT-4.6.0-3',
    binds: 'client',
    says: 'A client sends PUBREC in the order of the PUBLISH packets.',
    server: { kind: 'other role' },
  },
  {
    id: 'v3 MQTT-4.6.0-4',
    binds: 'client',
    says: 'A client sends PUBREL in the order of the PUBREC packets.',
    server: { kind: 'other role' },
  },
  {
    id: 'v3 MQTT-4.6.0-5',
    binds: 'server',
    says: 'Every topic is an ordered topic unless configured otherwise.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.6.0-6',
    binds: 'server',
    says: 'Messages of one client to an ordered topic at one QoS are delivered in their order.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.7.1-1',
    binds: 'both',
    says: 'A Topic Name has no wildcard characters.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.7.1-2',
    binds: 'client',
    says: '# stands alone in the last level of a filter.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.7.1-3',
    binds: 'client',
    says: '+ takes up a whole level of a filter.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.7.2-1',
    binds: 'server',
    says: 'Filters that begin with a wildcard do not match Topic Names that begin with $.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.7.3-1',
    binds: 'both',
    says: 'Topic Names and Topic Filters have at least one character.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.7.3-2',
    binds: 'both',
    says: 'Topic Names and Topic Filters do not contain U+0000.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.7.3-3',
    binds: 'both',
    says: 'Topic Names and Topic Filters have at most 65,535 bytes.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.7.3-4',
    binds: 'server',
    says: 'Topics are matched as they are, without normalization or substitution.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.8.0-1',
    binds: 'both',
    says: 'A protocol violation ends the connection on which it came.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-4.8.0-2',
    binds: 'both',
    says: 'A transient error ends the connection on whose packet it came.',
    server: {
      kind: 'not observable',
      reason: 'no client can bring a transient error about, such as a lack of memory, or tell that it has happened',
    },
  },
  {
    id: 'v3 MQTT-6.0.0-1',
    binds: 'both',
    says: 'Packets are sent in binary WebSocket frames; any other data frame ends the connection.',
    server: {
      kind: 'not observable',
      reason:
        'the tests see the byte stream that a WebSocket carries, not its frames; the WebSocket transport has its own tests',
    },
  },
  {
    id: 'v3 MQTT-6.0.0-2',
    binds: 'both',
    says: 'A WebSocket frame may hold several packets or parts of them; no alignment is assumed.',
    server: {
      kind: 'not observable',
      reason:
        'the tests see the byte stream that a WebSocket carries, not its frames; the WebSocket transport has its own tests',
    },
  },
  {
    id: 'v3 MQTT-6.0.0-3',
    binds: 'client',
    says: 'A client offers the WebSocket subprotocol mqtt.',
    server: { kind: 'other role' },
  },
  {
    id: 'v3 MQTT-6.0.0-4',
    binds: 'server',
    says: 'The WebSocket subprotocol that a server selects is mqtt.',
    server: {
      kind: 'not observable',
      reason: 'the handshake is over before the tests see the connection; the WebSocket transport has its own tests',
    },
  },
  {
    id: 'v3 MQTT-7.0.0-1',
    binds: 'server',
    says: 'A server that connects to other servers conforms as a client as well.',
    server: { kind: 'needs configuration', configuration: 'a bridge to a server that the suite plays' },
  },
  {
    id: 'v3 MQTT-7.0.0-2',
    binds: 'both',
    says: 'No extension may be needed to work together.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-7.1.1-1',
    binds: 'server',
    says: 'A server supports a transport with an ordered, lossless stream of bytes in both directions.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-7.1.2-1',
    binds: 'client',
    says: 'A client supports a transport with an ordered, lossless stream of bytes in both directions.',
    server: { kind: 'other role' },
  },
];
