import { describe, expect, it } from 'vitest';

import { FakeLink } from '../test-support/fake-link.ts';
import { ClientConnection } from './client-connection.ts';
import { Core } from './core.ts';
import { resolveBrokerOptions } from './options.ts';
import { sendPacket } from './send-packet.ts';
import { VERSION_RULES_5_0 } from '@skua/session';

const EXPLAINED = {
  type: 'puback',
  packetIdentifier: 1,
  reasonCode: 0x87,
  properties: { reasonString: 'because', userProperties: [['a', 'b']] },
} as const;

function connection(): { core: Core; link: FakeLink; client: ClientConnection } {
  const core = new Core(resolveBrokerOptions(), {});
  const link = new FakeLink();
  link.useVersion(5);
  const client = new ClientConnection(link, { remoteAddress: '', listener: '', anonymousAllowed: true }, 1000, 0);
  client.rules = VERSION_RULES_5_0;
  return { core, link, client };
}

describe('sendPacket', () => {
  it('explains where the client wants it [U-3.1.2.11.7-3]', () => {
    const { core, link, client } = connection();
    expect(sendPacket(core, client, EXPLAINED)).toBe(true);
    expect(link.received).toEqual([EXPLAINED]);
    expect(core.counters.packetsSent.puback).toBe(1);
  });

  it('does not where it does not, except in CONNACK and DISCONNECT [MQTT-3.1.2-29]', () => {
    const { core, link, client } = connection();
    client.problemInformation = false;
    sendPacket(core, client, EXPLAINED);
    const { properties } = EXPLAINED;
    sendPacket(core, client, { type: 'disconnect', reasonCode: 0x87, properties });
    expect(link.received).toEqual([
      { ...EXPLAINED, properties: {} },
      { type: 'disconnect', reasonCode: 0x87, properties },
    ]);
  });

  it('leaves the explanation out when there is no room for it, then the packet [MQTT-3.4.2-2] [MQTT-3.4.2-3] [MQTT-3.1.2-24]', () => {
    const { core, link, client } = connection();
    client.maximumPacketSize = 10;
    expect(sendPacket(core, client, EXPLAINED)).toBe(true);
    expect(link.frames[0]?.length).toBeLessThanOrEqual(10);
    client.maximumPacketSize = 3;
    expect(sendPacket(core, client, EXPLAINED)).toBe(false);
    expect(link.frames).toHaveLength(1);
  });
});
