import { expect, it } from 'vitest';
import type { ConnackPacket } from '@skua/codec';
import { profilesOf } from './remote-factory.ts';

function connack(properties: ConnackPacket['properties']): ConnackPacket {
  return { type: 'connack', sessionPresent: false, reasonCode: 0, properties };
}

it('takes what a broker announces for its profiles', () => {
  expect(profilesOf(connack({ topicAliasMaximum: 10 }))).toEqual(['default']);
  expect(profilesOf(connack({}))).toEqual(['default', 'no-topic-aliases']);
  expect(profilesOf(connack({ topicAliasMaximum: 1, maximumQos: 1, retainAvailable: false }))).toEqual([
    'default',
    'retain-unavailable',
    'maximum-qos-1',
  ]);
});
