import type { MqttClient } from 'mqtt';

/** Topic and payload, as text, of the next message that the client gets. */
export function nextMessage(client: MqttClient): Promise<[topic: string, payload: string]> {
  return new Promise((resolve) => {
    client.once('message', (topic, payload) => resolve([topic, String(payload)]));
  });
}
