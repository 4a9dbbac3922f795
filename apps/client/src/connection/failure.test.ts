import { ConnectError, DisconnectedError } from '@skua/client';
import { expect, test } from 'vitest';
import { defaultConnection } from './connection-settings.ts';
import { connectionFailure } from './failure.ts';

function coded(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

const SERVER = 'mqtt://localhost:1883';

test.each([
  [
    'a refusal of 5.0',
    5,
    new ConnectError('refused', '', { reasonCode: 0x87 }),
    135,
    'refused the connection, code 0x87: this client is not authorized',
  ],
  ['one of 3.1.1', 4, new ConnectError('refused', '', { reasonCode: 0x87 }), 5, 'refused the connection, code 5: '],
  [
    'a session that was taken over',
    5,
    new DisconnectedError('', 'server', { reasonCode: 0x8e }),
    142,
    'ended the connection, code 0x8e: another client',
  ],
  [
    'a loss',
    5,
    new DisconnectedError('The connection was lost.', 'network'),
    7,
    `The connection to ${SERVER} was lost.`,
  ],
  ['nobody there', 5, new ConnectError('x', '', { cause: coded('ECONNREFUSED') }), 1, 'nothing listens there'],
  [
    'nobody at any address',
    5,
    new AggregateError([coded('ECONNREFUSED'), coded('ETIMEDOUT')]),
    1,
    'nothing listens there',
  ],
  ['a certificate', 5, coded('CERT_HAS_EXPIRED'), 8, 'has expired. Renew it'],
  [
    'no TLS',
    5,
    coded('EPROTO', '8B7:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../x.c:354:'),
    8,
    'does not speak TLS as asked for: wrong version number',
  ],
  ['silence', 5, Object.assign(new Error('x'), { name: 'TimeoutError' }), 27, 'did not answer within 30 s'],
  ['no WebSocket', 5, new Error('Unexpected server response: 404'), 1, 'Try another --ws-path'],
  ['anything else', 5, 'what?', 1, `No connection to ${SERVER}: what?.`],
] as const)('%s', (_, version, error, exitCode, words) => {
  const failure = connectionFailure(error, defaultConnection(version));
  expect(failure.sentence).toContain(words);
  expect(failure.exitCode).toBe(exitCode);
});
