import type { Statement, StatementId, StatementStatus } from '../statements/statement.ts';

/** What the tests of clients do about a statement. Whatever binds clients and is not listed here is tested. */
export function clientStatus({ id, binds }: Statement): StatementStatus {
  if (binds === 'server') return { kind: 'other role' };
  return WITHOUT_A_TEST.get(id) ?? { kind: 'tested' };
}

const INSIDE: StatementStatus = {
  kind: 'not observable',
  reason: 'the kit sees the bytes inside the transport; the tests of the transport look at its frames and headers',
};

const ENDS_ANYWAY: StatementStatus = {
  kind: 'not observable',
  reason: 'a DISCONNECT ends the connection, well-formed or not, and the client may say nothing more',
};

const WITHOUT_A_TEST: ReadonlyMap<StatementId, StatementStatus> = new Map<StatementId, StatementStatus>([
  [
    'MQTT-4.2-1',
    {
      kind: 'covered by',
      by: 'MQTT-3.1.0-1',
      reason: 'every test meets the client over an ordered, lossless stream of bytes',
    },
  ],
  ['MQTT-6.0.0-1', INSIDE],
  ['MQTT-6.0.0-2', INSIDE],
  ['MQTT-6.0.0-3', INSIDE],
  ['U-1.5.4-4', { kind: 'not observable', reason: 'either outcome is allowed' }],
  ['U-3.1.3.2.3-1', { kind: 'not observable', reason: 'a client need not look at what the program gives it' }],
  ['U-3.3.2.3.2-1', { kind: 'not observable', reason: 'a client need not look at payloads' }],
  ['U-3.3.4-2', { kind: 'not observable', reason: 'only a server knows which subscriptions a message is for' }],
  ['U-3.14.2.2.2-1', ENDS_ANYWAY],
  ['U-3.14.2.2.3-2', ENDS_ANYWAY],
  ['U-3.14.2.2.5-1', ENDS_ANYWAY],
  ['v3 MQTT-4.8.0-2', { kind: 'not observable', reason: 'no broker can bring about a transient error in a client' }],
  ['v3 MQTT-6.0.0-1', INSIDE],
  ['v3 MQTT-6.0.0-2', INSIDE],
  ['v3 MQTT-6.0.0-3', INSIDE],
  [
    'v3 MQTT-7.1.2-1',
    {
      kind: 'covered by',
      by: 'v3 MQTT-3.1.0-1',
      reason: 'every test meets the client over an ordered, lossless stream of bytes',
    },
  ],
]);
