import type { ConformanceTest } from '../harness/test-definition.ts';
import { DATA_REPRESENTATION_TESTS } from './5.0/data-representation.ts';
import { CONNECT_PACKET_TESTS } from './5.0/connect-packet.ts';
import { CONNECT_SESSION_TESTS } from './5.0/connect-session.ts';
import { CONNECT_PAYLOAD_TESTS } from './5.0/connect-payload.ts';
import { CONNACK_TESTS } from './5.0/connack.ts';
import { PUBLISH_FLAGS_TESTS } from './5.0/publish-flags.ts';
import { PUBLISH_PROPERTIES_TESTS } from './5.0/publish-properties.ts';
import { PUBLISH_ACTIONS_TESTS } from './5.0/publish-actions.ts';
import { ACKNOWLEDGEMENTS_TESTS } from './5.0/acknowledgements.ts';
import { SUBSCRIBE_TESTS } from './5.0/subscribe.ts';
import { UNSUBSCRIBE_TESTS } from './5.0/unsubscribe.ts';
import { PING_TESTS } from './5.0/ping.ts';
import { DISCONNECT_TESTS } from './5.0/disconnect.ts';
import { AUTHENTICATION_TESTS } from './5.0/authentication.ts';
import { SESSION_STATE_TESTS } from './5.0/session-state.ts';
import { QUALITY_OF_SERVICE_TESTS } from './5.0/quality-of-service.ts';
import { REDELIVERY_AND_ORDER_TESTS } from './5.0/redelivery-and-order.ts';
import { TOPICS_TESTS } from './5.0/topics.ts';
import { SHARED_SUBSCRIPTIONS_TESTS } from './5.0/shared-subscriptions.ts';
import { FLOW_CONTROL_TESTS } from './5.0/flow-control.ts';
import { ERRORS_TESTS } from './5.0/errors.ts';
import { WEB_SOCKET_TESTS } from './5.0/web-socket.ts';
import { REPEATED_PROPERTIES_TESTS } from './5.0/repeated-properties.ts';
import { HARD_RULES_TESTS } from './5.0/hard-rules.ts';
import { DATA_REPRESENTATION_TESTS_3 } from './3.1.1/data-representation.ts';
import { CONNECT_PACKET_TESTS_3 } from './3.1.1/connect-packet.ts';
import { CONNECT_PAYLOAD_TESTS_3 } from './3.1.1/connect-payload.ts';
import { CONNACK_TESTS_3 } from './3.1.1/connack.ts';
import { PUBLISH_TESTS_3 } from './3.1.1/publish.ts';
import { ACKNOWLEDGEMENTS_TESTS_3 } from './3.1.1/acknowledgements.ts';
import { SUBSCRIBE_TESTS_3 } from './3.1.1/subscribe.ts';
import { UNSUBSCRIBE_TESTS_3 } from './3.1.1/unsubscribe.ts';
import { PING_AND_DISCONNECT_TESTS_3 } from './3.1.1/ping-and-disconnect.ts';
import { SESSION_AND_DELIVERY_TESTS_3 } from './3.1.1/session-and-delivery.ts';
import { TOPICS_TESTS_3 } from './3.1.1/topics.ts';
import { ERRORS_TESTS_3 } from './3.1.1/errors.ts';
import { WEB_SOCKET_TESTS_3 } from './3.1.1/web-socket.ts';

/** The whole suite, in the order of the specifications. */
export const ALL_TESTS: readonly ConformanceTest[] = [
  ...DATA_REPRESENTATION_TESTS,
  ...CONNECT_PACKET_TESTS,
  ...CONNECT_SESSION_TESTS,
  ...CONNECT_PAYLOAD_TESTS,
  ...CONNACK_TESTS,
  ...PUBLISH_FLAGS_TESTS,
  ...PUBLISH_PROPERTIES_TESTS,
  ...PUBLISH_ACTIONS_TESTS,
  ...ACKNOWLEDGEMENTS_TESTS,
  ...SUBSCRIBE_TESTS,
  ...UNSUBSCRIBE_TESTS,
  ...PING_TESTS,
  ...DISCONNECT_TESTS,
  ...AUTHENTICATION_TESTS,
  ...SESSION_STATE_TESTS,
  ...QUALITY_OF_SERVICE_TESTS,
  ...REDELIVERY_AND_ORDER_TESTS,
  ...TOPICS_TESTS,
  ...SHARED_SUBSCRIPTIONS_TESTS,
  ...FLOW_CONTROL_TESTS,
  ...ERRORS_TESTS,
  ...WEB_SOCKET_TESTS,
  ...REPEATED_PROPERTIES_TESTS,
  ...HARD_RULES_TESTS,
  ...DATA_REPRESENTATION_TESTS_3,
  ...CONNECT_PACKET_TESTS_3,
  ...CONNECT_PAYLOAD_TESTS_3,
  ...CONNACK_TESTS_3,
  ...PUBLISH_TESTS_3,
  ...ACKNOWLEDGEMENTS_TESTS_3,
  ...SUBSCRIBE_TESTS_3,
  ...UNSUBSCRIBE_TESTS_3,
  ...PING_AND_DISCONNECT_TESTS_3,
  ...SESSION_AND_DELIVERY_TESTS_3,
  ...TOPICS_TESTS_3,
  ...ERRORS_TESTS_3,
  ...WEB_SOCKET_TESTS_3,
];
