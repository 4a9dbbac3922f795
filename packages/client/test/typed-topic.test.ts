import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { connect, createRouter, textCodec, topic, TopicTemplate } from '../src/index.ts';
import { readings } from '../examples/typed-topics.ts';
import { inProcessServer } from './in-process-server.ts';

describe('templates', () => {
  test('parameters go into a Topic Name and come out again', () => {
    const template = new TopicTemplate('a/{one}/b/{two}/{rest...}');
    expect(template.topicFilter).toBe('a/+/b/+/#');
    const level = fc.string().map((text) => text.replaceAll(/[+#/\0]/g, ''));
    const property = fc.property(level, level, fc.array(level, { minLength: 1 }), (one, two, rest) => {
      const parameters = { one, two, rest: rest.join('/') };
      fc.pre(parameters.rest !== '');
      expect(template.parameters(template.topicName(parameters))).toEqual(parameters);
    });
    fc.assert(property);
  });

  test.each([
    ['a/{x}', 'a/b', { x: 'b' }],
    ['a/{x}', 'a/b/c', undefined],
    ['a/{x}', 'b/b', undefined],
    ['a/{x...}', 'a', { x: '' }],
    ['a/{x...}', 'a/b/c', { x: 'b/c' }],
    ['a/b', 'a/b', {}],
  ])('%s of %s', (template, topicName, parameters) => {
    expect(new TopicTemplate(template).parameters(topicName)).toEqual(parameters);
  });

  test.each([
    ['a/+', 'allowed: {name}'],
    ['a/{x}/{x}', 'two parameters of the same name'],
    ['{x...}/a', 'is not the last level'],
  ])('%s is none', (template, message) => {
    expect(() => new TopicTemplate(template)).toThrow(message);
  });

  test('a parameter is one level, and all are needed', () => {
    const template = new TopicTemplate('a/{x}');
    expect(() => template.topicName({ x: 'b/c' })).toThrow('allowed: one level');
    expect(() => template.topicName(JSON.parse('{}'))).toThrow('needs the parameter x');
  });
});

describe('typed topics and routes', () => {
  test('what is not valid is not published, and is told when it is received', async () => {
    const { server, dial } = inProcessServer();
    await using client = await connect({ dial });
    const heard: unknown[] = [];
    await readings.subscribe(client, ({ value }) => void heard.push(value), {
      onInvalid: (error) => void heard.push(error.message),
    });
    await expect(readings.publish(client, { id: '1' }, JSON.parse('{}'))).rejects.toThrow('celsius: must be a number');
    await client.publish('devices/1/reading', '{"celsius":"hot"}');
    await client.publish('devices/1/reading', 'no JSON');
    await readings.publish(client, { id: '1' }, { celsius: 3 });
    while (heard.length < 3) await turn();
    expect(heard).toEqual([
      'The payload on devices/1/reading is not valid: celsius: must be a number',
      'The payload on devices/1/reading cannot be decoded.',
      { celsius: 3 },
    ]);
    await client.close();
    await server.close();
  });

  test('a router gives parameters; a typed request gets a typed response', async () => {
    const { server, dial } = inProcessServer();
    await using client = await connect({ dial });
    const heard: string[] = [];
    await createRouter(client).on(
      'rooms/{room}/{what...}',
      (_message, { room, what }) => void heard.push(`${room} ${what}`),
    );
    await client.publish('rooms/1/light/on', '');
    while (heard.length === 0) await turn();
    expect(heard).toEqual(['1 light/on']);
    const greet = topic('greet/{name}', { codec: textCodec });
    await client.respond('greet/+', (request) => `hello ${request.topicName.split('/')[1]}`);
    expect(await greet.request(client, { name: 'you' }, '', greet, { timeout: 2000 })).toBe('hello you');
    await client.close();
    await server.close();
  });
});
