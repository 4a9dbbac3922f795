import type { AuthPacket, ConnackPacket } from '@skua/codec';
import type { RawClient } from '../../harness/raw-client.ts';
import type { ConnectFields, TestContext } from '../../harness/test-context.ts';
import { Inconclusive } from '../../harness/verdict.ts';
import { scramClient, type ScramClient } from '../../wire/scram-sha-256.ts';

/** The Authentication Method of the profile `scram`. */
export const SCRAM = 'SCRAM-SHA-256';

/** An exchange that waits for the client's proof. */
export interface ScramExchange {
  readonly client: RawClient;
  readonly scram: ScramClient;
  /** The broker's challenge. */
  readonly auth: AuthPacket;
}

/** Sends CONNECT with the first message of SCRAM and takes the challenge. */
export async function beginScram(
  test: TestContext,
  name: string,
  options: { readonly password?: string; readonly properties?: ConnectFields['properties'] } = {},
): Promise<ScramExchange> {
  const client = await test.open(name);
  const scram = scramClient('skua', options.password ?? 'guillemot', test.clientIdentifier(name));
  const properties = { ...options.properties, authenticationMethod: SCRAM, authenticationData: scram.first };
  client.send(test.connectPacket(name, { properties }));
  return { client, scram, auth: await expectChallenge(client) };
}

/** Sends the first message of a re-authentication and takes the challenge. */
export async function beginAgain(
  test: TestContext,
  client: RawClient,
  password: string = 'guillemot',
): Promise<ScramExchange> {
  const scram = scramClient('skua', password, test.clientIdentifier('again'));
  const properties = { authenticationMethod: SCRAM, authenticationData: scram.first };
  client.send({ type: 'auth', reasonCode: 0x19, properties });
  return { client, scram, auth: await expectChallenge(client) };
}

/** The AUTH that answers the challenge. */
export async function proof({ scram, auth }: ScramExchange): Promise<AuthPacket> {
  const authenticationData = await scram.final(auth.properties.authenticationData ?? new Uint8Array(0));
  return { type: 'auth', reasonCode: 0x18, properties: { authenticationMethod: SCRAM, authenticationData } };
}

/** Connects by SCRAM; the broker must accept. */
export async function connectByScram(
  test: TestContext,
  name: string,
  properties: ConnectFields['properties'] = {},
): Promise<{ readonly client: RawClient; readonly connack: ConnackPacket }> {
  const exchange = await beginScram(test, name, { properties });
  exchange.client.send(await proof(exchange));
  const connack = await exchange.client.expect('connack');
  if (connack.reasonCode !== 0) throw new Inconclusive(`the broker refuses ${name} with the right password`);
  return { client: exchange.client, connack };
}

async function expectChallenge(client: RawClient): Promise<AuthPacket> {
  const answer = await client.next();
  if (answer?.type === 'auth') return answer;
  if (answer?.type === 'connack' && answer.reasonCode >= 0x80) {
    throw new Inconclusive(`the broker does not begin SCRAM: CONNACK 0x${answer.reasonCode.toString(16)}`);
  }
  throw client.failure(`expected AUTH, received ${answer?.type.toUpperCase() ?? 'nothing'}`);
}
