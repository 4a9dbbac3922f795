import { connect } from '@skua/client/node';

/** Publishes, subscribes with a handler, and reads one alarm from an iterator. */
export async function quickStart(server: string, log: (line: string) => void): Promise<void> {
  await using client = await connect(server, { clientIdentifier: 'meter-7' });

  const subscription = await client.subscribe('meters/+/set', (message) => log(message.text()), { qos: 1 });
  const receipt = await client.publish('meters/7/set', '21.5', { qos: 1 }); // admitted: sent, or waiting to be
  await receipt.acknowledged; // the server has it
  await subscription.unsubscribe();

  const alarms = await client.subscribe('alarms/#', { qos: 1 });
  client.send('alarms/fire', '{"floor":3}', { qos: 1 }); // for those who do not care
  for await (const message of alarms) {
    log(`${message.topicName} ${JSON.stringify(message.json())}`); // acknowledged when the loop goes on
    break; // unsubscribes
  }
}
