import type { IClientOptions } from 'mqtt';
import { expect } from 'vitest';
import { MqttJs } from './mqtt-js.ts';

/** The protocol versions as MQTT.js asks for them. */
export const MQTT_JS_VERSIONS: readonly { readonly name: string; readonly options: IClientOptions }[] = [
  { name: 'MQTT 3.1', options: { protocolId: 'MQIsdp', protocolVersion: 3 } },
  { name: 'MQTT 3.1.1', options: { protocolVersion: 4 } },
  { name: 'MQTT 5.0', options: { protocolVersion: 5 } },
];

/**
 * Two clients talk through the broker: messages of every QoS arrive once and in order, a message of 200,000 bytes
 * arrives whole, and after UNSUBSCRIBE nothing comes any more.
 */
export async function exchangeMessages(url: string, options: IClientOptions): Promise<void> {
  const subscriber = await MqttJs.connect(url, options);
  const publisher = await MqttJs.connect(url, options);
  expect(await subscriber.subscribe('talk/+')).toBe(2);
  expect(await subscriber.subscribe('end')).toBe(2);
  const large = 'äöü'.repeat(33_333);
  for (const qos of [0, 1, 2] as const) await publisher.client.publishAsync('talk/a', `qos ${qos}`, { qos });
  await publisher.client.publishAsync('talk/large', large, { qos: 2 });
  expect(await subscriber.messages(4)).toEqual([
    'talk/a 0 0 qos 0',
    'talk/a 1 0 qos 1',
    'talk/a 2 0 qos 2',
    `talk/large 2 0 ${large}`,
  ]);
  await subscriber.client.unsubscribeAsync('talk/+');
  await publisher.client.publishAsync('talk/a', 'unheard', { qos: 1 });
  await publisher.client.publishAsync('end', 'end', { qos: 1 });
  const messages = await subscriber.messages(5);
  expect(messages[4]).toBe('end 1 0 end');
  await Promise.all([subscriber.client.endAsync(), publisher.client.endAsync()]);
}
