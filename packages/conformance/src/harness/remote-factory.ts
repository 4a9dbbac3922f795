import { encodePacket, PacketReader, type ConnackPacket } from '@skua/codec';
import type { Transport } from '@skua/transport';
import type { ProfileName } from './profile.ts';
import { remoteTarget } from './remote-target.ts';
import type { TargetFactory } from './target.ts';

/**
 * A broker that is running somewhere and cannot be configured: asks it to connect, reads in its CONNACK which of the
 * profiles it is in, and runs their tests against it as it is.
 *
 * @throws {Error} when it cannot be dialled or does not answer.
 */
export async function remoteFactory(name: string, dial: () => Promise<Transport>): Promise<TargetFactory> {
  const target = await remoteTarget(name, dial);
  const connack = await askFor5(await dial());
  const profiles = new Set<ProfileName>(connack === undefined ? ['default'] : profilesOf(connack));
  return { name, profiles, start: () => Promise.resolve(target) };
}

/** The profiles that fit what a CONNACK announces; 'default' always, since its tests skip what is not offered. */
export function profilesOf(connack: ConnackPacket): ProfileName[] {
  const { properties } = connack;
  const fitting: readonly (readonly [ProfileName, boolean])[] = [
    ['default', true],
    ['retain-unavailable', properties.retainAvailable === false],
    ['maximum-qos-0', properties.maximumQos === 0],
    ['maximum-qos-1', properties.maximumQos === 1],
    ['receive-maximum-2', properties.receiveMaximum === 2],
    ['small-maximum-packet-size', properties.maximumPacketSize === 256],
    ['server-keep-alive', properties.serverKeepAlive === 2],
    ['no-shared-subscriptions', properties.sharedSubscriptionAvailable === false],
    ['no-wildcard-subscriptions', properties.wildcardSubscriptionAvailable === false],
    ['no-subscription-identifiers', properties.subscriptionIdentifiersAvailable === false],
    ['no-topic-aliases', (properties.topicAliasMaximum ?? 0) === 0],
  ];
  return fitting.filter(([, fits]) => fits).map(([profile]) => profile);
}

/** The CONNACK of 5.0, undefined when the broker closes or answers with something else. */
async function askFor5(transport: Transport): Promise<ConnackPacket | undefined> {
  const reader = new PacketReader({ role: 'client', protocolVersion: 5 });
  return await new Promise((resolve) => {
    const finish = (connack: ConnackPacket | undefined): void => {
      clearTimeout(timer);
      transport.destroy();
      resolve(connack);
    };
    const timer = setTimeout(() => finish(undefined), ANSWER_TIMEOUT_MS);
    transport.open({
      onData: (chunk) => {
        try {
          reader.push(chunk);
          const packet = reader.next();
          if (packet !== undefined) finish(packet.type === 'connack' ? packet : undefined);
        } catch {
          finish(undefined);
        }
      },
      onWritable: () => undefined,
      onClose: () => finish(undefined),
    });
    transport.write(
      encodePacket(
        {
          type: 'connect',
          protocolVersion: 5,
          cleanStart: true,
          keepAlive: 60,
          clientIdentifier: 'skuaprobe',
          properties: {},
        },
        5,
      ),
    );
  });
}

const ANSWER_TIMEOUT_MS = 10_000;
