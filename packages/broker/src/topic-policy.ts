import { ReasonCode } from '@skua/codec';

import type { BrokerOptions } from './options.ts';

/** Why a client may not publish to a Topic Name at all; undefined: it may. */
export function refusedTopic(options: BrokerOptions, topicName: string): ReasonCode | undefined {
  if (hasTooManyLevels(topicName, options.topicLevelsMax)) return ReasonCode.TopicNameInvalid;
  // [U-4.7.2-1]: what the broker says about itself is not for clients to say.
  if (topicName.startsWith('$') && isProtected(options, topicName)) return ReasonCode.NotAuthorized;
  return undefined;
}

/** Whether a Topic Name or Topic Filter has more levels than this. */
export function hasTooManyLevels(topic: string, levelsMax: number): boolean {
  // Short ones cannot: that is nearly all of them.
  if (topic.length < levelsMax) return false;
  let levels = 1;
  for (let index = topic.indexOf('/'); index !== -1; index = topic.indexOf('/', index + 1)) {
    if (++levels > levelsMax) return true;
  }
  return false;
}

function isProtected(options: BrokerOptions, topicName: string): boolean {
  const end = topicName.indexOf('/');
  return options.protectedTopics.includes(end === -1 ? topicName : topicName.slice(0, end));
}
