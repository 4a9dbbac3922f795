import type { ClientTest } from '../client-test-definition.ts';
import { AUTHENTICATION_CLIENT_TESTS } from './authentication.ts';
import { CONNECT_PACKET_CLIENT_TESTS } from './connect-packet.ts';
import { CONNECT_PROPERTIES_CLIENT_TESTS } from './connect-properties.ts';
import { CONNECT_STRINGS_CLIENT_TESTS } from './connect-strings.ts';
import { ENDING_CLIENT_TESTS } from './ending.ts';
import { FLOW_CONTROL_CLIENT_TESTS } from './flow-control.ts';
import { KEEP_ALIVE_CLIENT_TESTS } from './keep-alive.ts';
import { PACKET_SIZES_CLIENT_TESTS } from './packet-sizes.ts';
import { PUBLISH_PACKET_CLIENT_TESTS } from './publish-packet.ts';
import { RECEIVING_CLIENT_TESTS } from './receiving.ts';
import { SENDING_CLIENT_TESTS } from './sending.ts';
import { SERVER_LIMITS_CLIENT_TESTS } from './server-limits.ts';
import { SESSION_CLIENT_TESTS } from './session.ts';
import { SUBSCRIBING_CLIENT_TESTS } from './subscribing.ts';
import { TOPICS_CLIENT_TESTS } from './topics.ts';
import { WRONG_CONNACK_CLIENT_TESTS } from './wrong-connack.ts';
import { WRONG_PACKETS_CLIENT_TESTS } from './wrong-packets.ts';

/** The tests of clients, of both versions, by section. */
export const ALL_CLIENT_TESTS: readonly ClientTest[] = [
  ...CONNECT_PACKET_CLIENT_TESTS,
  ...CONNECT_PROPERTIES_CLIENT_TESTS,
  ...CONNECT_STRINGS_CLIENT_TESTS,
  ...KEEP_ALIVE_CLIENT_TESTS,
  ...SESSION_CLIENT_TESTS,
  ...SERVER_LIMITS_CLIENT_TESTS,
  ...FLOW_CONTROL_CLIENT_TESTS,
  ...PUBLISH_PACKET_CLIENT_TESTS,
  ...TOPICS_CLIENT_TESTS,
  ...WRONG_CONNACK_CLIENT_TESTS,
  ...WRONG_PACKETS_CLIENT_TESTS,
  ...SENDING_CLIENT_TESTS,
  ...RECEIVING_CLIENT_TESTS,
  ...SUBSCRIBING_CLIENT_TESTS,
  ...PACKET_SIZES_CLIENT_TESTS,
  ...ENDING_CLIENT_TESTS,
  ...AUTHENTICATION_CLIENT_TESTS,
];
