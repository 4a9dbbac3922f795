import { TopicError } from '@skua/topics';
import { describe, expect, test } from 'vitest';
import { MemoryBench, text } from './memory-bench.ts';
import { connect, publish, subscribe } from './packets.ts';

describe('publish and subscribe in process', () => {
  test('reach clients and come from clients', async () => {
    const bench = new MemoryBench();
    const heard: string[] = [];
    await bench.settle();
    bench.server.subscribe('up/#', (message, { qos }) =>
      heard.push(`${message.topicName} ${text(message.payload)} ${qos}`),
    );
    const peer = await bench.connected('peer');
    peer.send(subscribe('down'), publish('up/1', 'hello', { qos: 1, packetIdentifier: 1 }));
    await bench.settle();
    expect(heard).toEqual(['up/1 hello 1']);
    expect(bench.server.publish({ topicName: 'down', payload: Uint8Array.of(65) })).toBe(1);
    await bench.settle();
    expect(peer.types).toEqual(['suback', 'puback', 'publish']);
    expect(() => bench.server.publish({ topicName: 'a/#' })).toThrow(TopicError);
    await bench.close();
  });

  test('a listener may call the server, also about its own topic', async () => {
    const bench = new MemoryBench();
    await bench.settle();
    const peer = await bench.connected('asker');
    peer.send(subscribe('answer'));
    let rounds = 0;
    bench.server.subscribe('question', (message) => {
      bench.server.publish({ topicName: 'answer', payload: message.payload });
      rounds += 1;
      if (rounds < 10) bench.server.publish({ topicName: 'question', payload: Uint8Array.of(65 + rounds) });
    });
    peer.send(publish('question', 'A'));
    await bench.settle();
    peer.take('suback');
    const answers = peer.received.map((packet) => (packet.type === 'publish' ? text(packet.payload) : '?'));
    expect(answers.join('')).toBe('ABCDEFGHIJ');
    await bench.close();
  });

  test('a listener that throws is reported; one that has ended hears nothing more', async () => {
    const bench = new MemoryBench();
    await bench.settle();
    const heard: string[] = [];
    bench.server.subscribe('t', () => {
      throw new Error('in the listener');
    });
    const ended = bench.server.subscribe('t', () => heard.push('ended'));
    bench.server.subscribe('t', () => heard.push('last'));
    bench.server.publish({ topicName: 't' });
    ended.unsubscribe();
    ended.unsubscribe();
    await bench.settle();
    expect(heard).toEqual(['last']);
    expect(bench.eventsOf('hookFailed')).toMatchObject([{ hook: 'listener', error: { message: 'in the listener' } }]);
    await bench.close();
  });

  test('events are told at the end of the turn, and their handler may publish', async () => {
    const told: string[] = [];
    const bench: MemoryBench = new MemoryBench({
      onEvent: (event) => {
        told.push(event.type);
        if (event.type === 'connected') {
          bench.server.publish({ topicName: 'presence', payload: Uint8Array.of(43) });
        }
      },
    });
    const witness = await bench.connected('witness');
    witness.send(subscribe('presence'));
    await bench.settle();
    await bench.connected('guest');
    expect(told.filter((type) => type === 'connected')).toHaveLength(2);
    witness.take('suback');
    expect(text(witness.take('publish').payload)).toBe('+');
    await bench.close();
  });
});

describe('decisions that come late', () => {
  test('an authenticator may answer with a promise; the client’s input waits for it', async () => {
    let decide: (accept: boolean) => void = () => {};
    const bench = new MemoryBench({
      authenticator: {
        authenticate: ({ userName }) => {
          if (userName === 'now') return { outcome: 'accept' };
          return new Promise((resolve) => {
            decide = (accept) => resolve(accept ? { outcome: 'accept', userName: 'renamed' } : { outcome: 'reject' });
          });
        },
      },
    });
    await bench.connected('quick', { userName: 'now' });
    const peer = bench.peer();
    peer.send(connect({ clientIdentifier: 'late', userName: 'later' }), subscribe('t'));
    await bench.settle();
    expect(peer.types).toEqual([]);
    decide(true);
    await bench.settle();
    expect(peer.types).toEqual(['connack', 'suback']);
    expect(bench.eventsOf('connected').map((event) => event.userName)).toEqual(['now', 'renamed']);
    const refused = bench.peer();
    refused.send(connect({ clientIdentifier: 'other', userName: 'later' }));
    await bench.settle();
    decide(false);
    await bench.settle();
    expect(refused.take('connack').reasonCode).toBe(0x87);
    await bench.close();
  });

  test('a promise that rejects refuses with 0x80 and is reported', async () => {
    const bench = new MemoryBench({
      authenticator: { authenticate: () => Promise.reject(new Error('no database')) },
    });
    const peer = bench.peer();
    peer.send(connect({ clientIdentifier: 'c' }));
    await bench.settle();
    expect(peer.take('connack').reasonCode).toBe(0x80);
    expect(bench.eventsOf('hookFailed')).toMatchObject([{ hook: 'authenticate', error: { message: 'no database' } }]);
    await bench.close();
  });

  test('an authorizer may answer with a promise', async () => {
    const bench = new MemoryBench({
      authorizer: {
        authorizePublish: (_connection, message) => Promise.resolve(message.topicName === 'open' ? 'allow' : 'deny'),
        authorizeSubscribe: (_connection, { topicFilter }) =>
          topicFilter === 'broken' ? Promise.reject(new Error('no database')) : Promise.resolve('allow'),
        authorizeDelivery: (client) => client.clientIdentifier !== 'deaf',
      },
    });
    const peer = await bench.connected('peer');
    const deaf = await bench.connected('deaf');
    deaf.send(subscribe('#'));
    peer.send(
      subscribe('#', 0, 1),
      subscribe('broken', 0, 2),
      publish('open', 'x', { qos: 1, packetIdentifier: 3 }),
      publish('secret', 'x', { qos: 1, packetIdentifier: 4 }),
    );
    await bench.settle();
    expect(peer.take('suback').reasonCodes).toEqual([0]);
    expect(peer.take('suback').reasonCodes).toEqual([0x83]);
    expect(
      peer.received.map((packet) => ('reasonCode' in packet ? [packet.type, packet.reasonCode] : packet.type)),
    ).toEqual(expect.arrayContaining(['publish', ['puback', 0], ['puback', 0x87]]));
    expect(deaf.types).toEqual(['suback']);
    expect(bench.eventsOf('hookFailed')).toMatchObject([{ hook: 'authorizeSubscribe' }]);
    await bench.close();
  });

  test('an authorizer may change a message, at once or by a promise; a change that is none refuses', async () => {
    const bench = new MemoryBench({
      authorizer: {
        authorizePublish(_connection, { topicName }) {
          if (topicName === 'broken') return Promise.resolve({ message: { topicName: '#' } });
          if (topicName === 'rejected') return Promise.reject(new Error('no database'));
          const answer = { message: { topicName: `${topicName}/changed`, qos: 0 } } as const;
          return topicName === 'now' ? answer : Promise.resolve(answer);
        },
        authorizeDelivery: ({ clientIdentifier }) =>
          clientIdentifier === 'peer' || { message: { topicName: 'theirs' } },
      },
    });
    const peer = await bench.connected('peer');
    const other = await bench.connected('other');
    for (const client of [peer, other]) client.send(subscribe('#'));
    await bench.settle();
    ['now', 'later', 'broken', 'rejected'].forEach((topicName, index) => {
      peer.send(publish(topicName, 'x', { qos: 1, packetIdentifier: index + 1 }));
    });
    await bench.settle();
    expect(peer.received.filter(({ type }) => type === 'puback')).toMatchObject([
      { packetIdentifier: 1, reasonCode: 0 },
      { packetIdentifier: 2, reasonCode: 0 },
      { packetIdentifier: 3, reasonCode: 0x83 },
      { packetIdentifier: 4, reasonCode: 0x83 },
    ]);
    expect(peer.received.filter(({ type }) => type === 'publish')).toMatchObject([
      { topicName: 'now/changed', qos: 0 },
      { topicName: 'later/changed', qos: 0 },
    ]);
    expect(other.received.filter(({ type }) => type === 'publish')).toMatchObject([
      { topicName: 'theirs' },
      { topicName: 'theirs' },
    ]);
    expect(bench.eventsOf('hookFailed')).toMatchObject([{ hook: 'authorizePublish' }, { hook: 'authorizePublish' }]);
    await bench.close();
  });
});
