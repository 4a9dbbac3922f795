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

describeWith([mosquittoPub, mosquittoSub, stdbuf], 'sessions of mosquitto_sub', () => {
  test.each(['mqttv311', 'mqttv5'])(
    'a persistent session collects messages while its client is away, %s',
    async (version) => {
      const topic = `away/${version}`;
      // With -c and 5.0 it also asks for a session that never expires.
      const options = `-V ${version} -c -i away-${version} -q 1 -t ${topic}`;
      const before = await MosquittoSub.start(broker.port, '%q %p', options);
      await publish(broker.port, `-q 1 -t ${topic} -m here`);
      expect(await before.messages(1)).toEqual(['1 here']);
      await before.stop();
      for (const payload of ['one', 'two', 'three']) await publish(broker.port, `-q 2 -t ${topic} -m ${payload}`);
      const after = await MosquittoSub.start(broker.port, '%q %p', options);
      expect(await after.messages(3)).toEqual(['1 one', '1 two', '1 three']);
      await after.stop();
      // Without -c the session starts clean, and ends with the connection.
      await publish(broker.port, `-V ${version} -i away-${version} -q 1 -t other -m x`);
      await publish(broker.port, `-q 1 -t ${topic} -m lost`);
      const fresh = await MosquittoSub.start(broker.port, '%q %p', options);
      await publish(broker.port, `-q 1 -t ${topic} -m end`);
      expect(await fresh.messagesBefore('end')).toEqual([]);
      await fresh.stop();
    },
  );

  test.each(['mqttv311', 'mqttv5'])('a will is published when its client ends abruptly, %s', async (version) => {
    const topic = `will/${version}`;
    const watcher = await MosquittoSub.start(broker.port, '%t %q %r %p', `-q 2 -t ${topic}`);
    const will = `--will-topic ${topic} --will-payload gone --will-qos 1 --will-retain`;
    const dying = await MosquittoSub.start(broker.port, '%p', `-V ${version} -t unused ${will}`);
    dying.program.kill('SIGKILL');
    expect(await watcher.messages(1)).toEqual([`${topic} 1 0 gone`]);
    const late = await MosquittoSub.start(broker.port, '%t %q %r %p', `-q 2 -t ${topic}`);
    expect(await late.messages(1)).toEqual([`${topic} 1 1 gone`]);
  });

  test('no will is published when its client disconnects', async () => {
    const watcher = await MosquittoSub.start(broker.port, '%p', '-q 1 -t peace/#');
    const leaving = await MosquittoSub.start(broker.port, '%p', '-t x --will-topic peace/a --will-payload w');
    await leaving.stop();
    await publish(broker.port, '-q 1 -t peace/end -m end');
    expect(await watcher.messagesBefore('end')).toEqual([]);
  });

  test('a shared subscription gives each message to one of its two subscribers', async () => {
    const options = '-V mqttv5 -q 1 -t $share/team/work -t all-done';
    const subscribers = [
      await MosquittoSub.start(broker.port, '%p', options),
      await MosquittoSub.start(broker.port, '%p', options),
    ];
    const payloads = Array.from({ length: 20 }, (_, index) => `job-${index}`);
    for (const payload of payloads) await publish(broker.port, `-q 1 -t work -m ${payload}`);
    await publish(broker.port, '-q 1 -t all-done -m end');
    const shares = await Promise.all(subscribers.map((subscriber) => subscriber.messagesBefore('end')));
    expect(shares.flat().toSorted()).toEqual(payloads.toSorted());
    for (const share of shares) expect(share.length).toBeGreaterThan(0);
  });
});
