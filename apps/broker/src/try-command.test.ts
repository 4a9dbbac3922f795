import type { ListenerAddress } from '@skua/transport';
import { expect, test } from 'vitest';
import { tryCommand } from './try-command.ts';

function tcp(address: string, port: number, encrypted = false): ListenerAddress {
  return { protocol: 'tcp', encrypted, address, port, url: '' };
}
const socket: ListenerAddress = { protocol: 'unix', encrypted: false, address: '/run/s', port: undefined, url: '' };
const webSocket: ListenerAddress = { protocol: 'websocket', encrypted: false, address: '::', port: 80, url: '' };

test.each([
  [[tcp('127.0.0.1', 1883), tcp('::1', 1883)], "mosquitto_sub -h 127.0.0.1 -p 1883 -t '#' -v"],
  [[tcp('::', 1884)], "mosquitto_sub -h 127.0.0.1 -p 1884 -t '#' -v"],
  [[tcp('0.0.0.0', 1884)], "mosquitto_sub -h 127.0.0.1 -p 1884 -t '#' -v"],
  [[tcp('10.0.0.1', 8883, true), tcp('10.0.0.1', 1883)], "mosquitto_sub -h 10.0.0.1 -p 1883 -t '#' -v"],
  [[tcp('10.0.0.1', 8883, true)], "mosquitto_sub -h 10.0.0.1 -p 8883 --cafile 'CA.pem' -t '#' -v"],
  [[webSocket, socket], "mosquitto_sub --unix '/run/s' -t '#' -v"],
  [[webSocket], undefined],
  [[], undefined],
])('%j', (addresses, command) => {
  expect(tryCommand(addresses, undefined)).toBe(command);
});

test('the authority of the configuration is named', () => {
  expect(tryCommand([tcp('::', 8883, true)], 'ca.pem')).toContain("--cafile 'ca.pem'");
});
