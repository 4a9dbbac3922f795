import { expect, test } from 'vitest';
import { runInProcess } from '../../test/run-in-process.ts';

test('a CONNECT tells the version of what follows it', async () => {
  const connect = '10 0d 00 04 4d 51 54 54 04 02 00 3c 00 01 78';
  const subscribe = '82 06 00 01 00 01 61 01';
  const { output, code } = await runInProcess(['decode', connect, subscribe]);
  expect(code).toBe(0);
  expect(output).toContain('CONNECT, 15 bytes, from the client\n');
  expect(output).toMatch(/\n  12 +00 01 78 +Client Identifier +"x"\n/);
  expect(output).toContain('SUBSCRIBE, 8 bytes, from the client\n');
});

test('flags stand behind their byte', async () => {
  const { output } = await runInProcess(['decode', '--from', 'server', '33 06 00 01 61 00 05 00']);
  expect(output).toContain(`PUBLISH, 8 bytes, from the server
  0  33        Packet Type        3 (PUBLISH)
  0  33        Flags              0x03
                 DUP              no
                 QoS              1
                 RETAIN           yes
  1  06        Remaining Length   6
  2  00 01 61  Topic Name         "a"
  5  00 05     Packet Identifier  5
  7  00        Property Length    0
`);
});

test('what is wrong is said with place, statement and Reason Code', async () => {
  const { output, code } = await runInProcess(['decode', '36 05 00 01 61 00 05']);
  expect(code).toBe(1);
  expect(output).toMatch(/wrong at byte 0: .*[[]MQTT-3.3.1-4]; Reason Code 0x81/);
});

test('what is missing is counted', async () => {
  const { output, code } = await runInProcess(['decode', 'c0'.concat('00 30 05 00')]);
  expect(code).toBe(1);
  expect(output).toContain('not complete: 4 bytes are missing');
});

test('bytes come from stdin, as base64, and leave as JSON', async () => {
  const { output, code } = await runInProcess(['decode', '--base64', '--json'], 'wAA=\n');
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({ sender: 'client', length: 2, complete: true });
});

test('a packet of the server is recognised as one', async () => {
  const { output } = await runInProcess(['decode', 'd000']);
  expect(output).toContain('PINGRESP, 2 bytes, from the server');
});
