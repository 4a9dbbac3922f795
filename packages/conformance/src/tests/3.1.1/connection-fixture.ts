import type { RawClient } from '../../harness/raw-client.ts';
import type { ConnectFields, TestContext } from '../../harness/test-context.ts';
import { ConnectFlag, connectFrame, type ConnectHead } from '../../wire/connect-frame.ts';

/** The head of a 3.1.1 CONNECT. */
export const HEAD: ConnectHead = { protocolVersion: 4, properties: new Uint8Array(0) };

/** A 3.1.1 CONNECT with these Connect Flags, its payload put together from any parts. Nothing is checked. */
export function connectWithFlags(flags: number, ...payload: readonly Uint8Array[]): Uint8Array {
  return connectFrame({ ...HEAD, flags }, ...payload);
}

/** The Connect Flags that announce a will at QoS 0. */
export const WILL: number = ConnectFlag.cleanStart | ConnectFlag.will;

/** Connects with CleanSession 0. */
export async function connectKept(test: TestContext, name: string, fields: ConnectFields = {}): Promise<RawClient> {
  return await test.connect(name, { cleanStart: false, ...fields });
}

/**
 * Says DISCONNECT and ends the connection, as a client must [v3 MQTT-3.14.4-1]; that the broker does the same is waited
 * for but not demanded.
 */
export async function leave(test: TestContext, client: RawClient): Promise<void> {
  client.send({ type: 'disconnect', reasonCode: 0, properties: {} });
  client.halfClose();
  const { clock } = test.target;
  if (!(await clock.until(() => client.closed, clock.answerTimeoutMs))) client.cut();
}

/** Has the broker forget the sessions of these clients, which would otherwise never end. */
export async function discardSessions(test: TestContext, ...names: readonly string[]): Promise<void> {
  for (const name of names) await leave(test, await test.connect(name));
}
