import { Publisher } from './actors/publisher.ts';
import { Subscriber } from './actors/subscriber.ts';
import { Toggler } from './actors/toggler.ts';
import { WillOwner } from './actors/will-owner.ts';
import type { Random } from './random.ts';
import type { Actor, World } from './world.ts';

/** All who work during a run. */
export function createActors(world: World, random: Random): Actor[] {
  return [
    ...LOAD.map(([name, version]) => {
      const topics = [
        { topic: `load/${name}/0`, qos: 1 },
        { topic: `load/${name}/1`, qos: 2 },
        { topic: `load/${name}/2`, qos: 2 },
      ] as const;
      return new Publisher({ name, version, topics, retain: false, burstMax: 4 }, world, random.fork());
    }),
    ...KEPT.map(([name, version, qos]) => {
      const topics = [
        { topic: `kept/${name}/0`, qos },
        { topic: `kept/${name}/1`, qos },
      ] as const;
      return new Publisher({ name, version, topics, retain: true, burstMax: 1 }, world, random.fork());
    }),
    ...SUBSCRIBERS.map((plan) => new Subscriber(plan, world, random.fork())),
    ...TOGGLERS.map((plan) => new Toggler(plan, world, random.fork())),
    ...WILL_OWNERS.map((name) => new WillOwner(name, world, random.fork())),
  ];
}

/** The topics whose retained messages are read. Each has one publisher and one QoS. */
export const RETAINED_TOPICS: readonly string[] = ['kept/k1/0', 'kept/k1/1', 'kept/k2/0', 'kept/k2/1'];

const LOAD = [
  ['p1', 5],
  ['p2', 4],
  ['p3', 5],
] as const;

const KEPT = [
  ['k1', 5, 1],
  ['k2', 4, 2],
] as const;

const SUBSCRIBERS = [
  { name: 's1', version: 5, filters: [{ filter: 'load/#', qos: 2 }], manner: 'restless' },
  {
    name: 's2',
    version: 4,
    filters: [
      { filter: 'load/p1/+', qos: 1 },
      { filter: 'load/p2/+', qos: 2 },
    ],
    manner: 'restless',
  },
  { name: 's3', version: 5, filters: [{ filter: 'load/+/1', qos: 2 }], manner: 'restless' },
  { name: 's4', version: 5, filters: [{ filter: 'load/p1/#', qos: 2 }], manner: 'absent' },
  { name: 's5', version: 5, filters: [{ filter: 'wills/#', qos: 2 }], manner: 'restless' },
] as const;

const TOGGLERS = [
  { name: 't1', version: 5, filters: ['load/p1/0', 'load/p2/1', 'load/+/2'], qos: 2 },
  { name: 't2', version: 4, filters: ['load/p3/0', 'load/p1/1'], qos: 1 },
] as const;

const WILL_OWNERS = ['w1', 'w2'];
