import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBroker, type BrokerProcess } from '../src/broker-process.ts';
import { MosquittoSub, publish } from '../src/mosquitto-clients.ts';
import { describeWith, mosquittoPub, mosquittoSub, stdbuf } from '../src/required-program.ts';
import { RunningProgram } from '../src/running-program.ts';

let broker: BrokerProcess;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => RunningProgram.stopAll());

describeWith([mosquittoPub, mosquittoSub, stdbuf], 'mosquitto_pub and mosquitto_sub', () => {
  for (const version of ['mqttv31', 'mqttv311', 'mqttv5']) {
    for (const qos of [0, 1, 2]) {
      test(`QoS ${qos} with ${version}`, async () => {
        const topic = `qos/${version}/${qos}`;
        const subscriber = await MosquittoSub.start(
          broker.port,
          '%t %q %r %p',
          `-V ${version} -q 2 -t qos/${version}/+`,
        );
        for (const payload of ['one', 'two', 'three']) {
          await publish(broker.port, `-V ${version} -q ${qos} -t ${topic} -m ${payload}`);
        }
        expect(await subscriber.messages(3)).toEqual([
          `${topic} ${qos} 0 one`,
          `${topic} ${qos} 0 two`,
          `${topic} ${qos} 0 three`,
        ]);
        await subscriber.stop();
      });
    }
  }

  test('a message gets the lower QoS of publisher and subscription', async () => {
    const low = await MosquittoSub.start(broker.port, '%q %p', '-q 0 -t lower/#');
    const high = await MosquittoSub.start(broker.port, '%q %p', '-q 2 -t lower/#');
    await publish(broker.port, '-q 1 -t lower -m x');
    expect(await low.messages(1)).toEqual(['0 x']);
    expect(await high.messages(1)).toEqual(['1 x']);
  });

  test.each([0, 100, 1_000_000])('a payload of %i bytes arrives whole', async (length) => {
    const subscriber = await MosquittoSub.start(broker.port, '%l %p', `-q 1 -t length/${length}`);
    const payload = 'abcdefghij'.repeat(length / 10);
    const folder = mkdtempSync(join(tmpdir(), 'skua-interop-'));
    writeFileSync(join(folder, 'payload'), payload);
    await publish(broker.port, `-q 1 -t length/${length} -f ${folder}/payload`);
    rmSync(folder, { recursive: true });
    expect(await subscriber.messages(1)).toEqual([`${length} ${payload}`]);
  });

  test('a retained message waits for a subscriber, and an empty one clears it', async () => {
    await publish(broker.port, '-r -q 1 -t retained/lamp -m on');
    const first = await MosquittoSub.start(broker.port, '%t %q %r %p', '-q 1 -t retained/#');
    expect(await first.messages(1)).toEqual(['retained/lamp 1 1 on']);
    // To those who are subscribed already it comes like any other, without the flag.
    await publish(broker.port, '-r -q 1 -t retained/lamp -m off');
    expect(await first.messages(2)).toEqual(['retained/lamp 1 1 on', 'retained/lamp 1 0 off']);
    await publish(broker.port, '-r -n -q 1 -t retained/lamp');
    const second = await MosquittoSub.start(broker.port, '%r %p', '-q 1 -t retained/#');
    await publish(broker.port, '-q 1 -t retained/end -m end');
    expect(await second.messagesBefore('end')).toEqual([]);
  });

  test('properties of 5.0 arrive as they were sent', async () => {
    const subscriber = await MosquittoSub.start(broker.port, '%C|%E|%F|%R|%D|%P|%p', '-V mqttv5 -q 1 -t properties/#');
    const properties = [
      'content-type application/json',
      'message-expiry-interval 3600',
      'payload-format-indicator 1',
      'response-topic answers/7',
      'correlation-data seven',
      'user-property b 2',
      'user-property a 1',
      'user-property b 3',
    ];
    const options = properties.map((property) => `-D publish ${property}`).join(' ');
    await publish(broker.port, `-V mqttv5 -q 1 -t properties/a -m {} ${options}`);
    expect(await subscriber.messages(1)).toEqual(['application/json|3600|1|answers/7|seven|b:2 a:1 b:3|{}']);
  });

  test('a message crosses from 5.0 to 3.1.1 and back', async () => {
    const old = await MosquittoSub.start(broker.port, '%q %p', '-V mqttv311 -q 1 -t cross/#');
    const current = await MosquittoSub.start(broker.port, '%q %C %p', '-V mqttv5 -q 1 -t cross/#');
    await publish(broker.port, '-V mqttv5 -q 1 -t cross/a -m five -D publish content-type text/plain');
    await publish(broker.port, '-V mqttv311 -q 1 -t cross/a -m four');
    expect(await old.messages(2)).toEqual(['1 five', '1 four']);
    expect(await current.messages(2)).toEqual(['1 text/plain five', '1  four']);
  });

  test('a subscription identifier comes with the message', async () => {
    const options = '-V mqttv5 -q 1 -t identified -D subscribe subscription-identifier 300';
    const subscriber = await MosquittoSub.start(broker.port, '%S %p', options);
    await publish(broker.port, '-q 1 -t identified -m x');
    expect(await subscriber.messages(1)).toEqual(['300 x']);
  });
});
