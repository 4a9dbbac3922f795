import type { ConnectPacket, Encodable } from '@skua/codec';
import type { RawClient } from '../../harness/raw-client.ts';
import type { TestContext } from '../../harness/test-context.ts';

/** The Will of a CONNECT. */
export type WillFields = NonNullable<Encodable<ConnectPacket>['will']>;

/** A will at QoS 0, not retained, without properties, unless said otherwise. */
export function aWill(test: TestContext, fields: Partial<WillFields> = {}): WillFields {
  const payload = new TextEncoder().encode('gone');
  return { topicName: test.topic('will'), payload, qos: 0, retain: false, properties: {}, ...fields };
}

/** A client that is subscribed to the topic of {@link aWill} at QoS 2. It is the first connection of its test. */
export async function watchWill(test: TestContext): Promise<RawClient> {
  const watcher = await test.connect('watcher');
  await test.subscribe(watcher, { topicFilter: test.topic('will'), qos: 2 });
  return watcher;
}
