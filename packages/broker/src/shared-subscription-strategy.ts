import type { Message } from './message.ts';
import type { SharedSubscriptionStrategyName } from './options.ts';
import type { SharedSubscription } from './shared-subscription.ts';

/** Decides which member of a shared subscription is asked first; when it cannot take the message, those after it are. */
export interface SharedSubscriptionStrategy {
  /** An index into `shared.members`, which is not empty. */
  choose(shared: SharedSubscription, message: Message): number;
}

/** Makes a strategy by its name. The specification leaves the choice free (section 4.8.2). */
export function sharedSubscriptionStrategy(
  name: SharedSubscriptionStrategyName,
  random: () => number,
): SharedSubscriptionStrategy {
  return STRATEGIES[name](random);
}

function nextInTurn(shared: SharedSubscription): number {
  const index = shared.cursor % shared.members.length;
  shared.cursor = index + 1;
  return index;
}

/** The member with the fewest messages that it has not acknowledged or not even been sent; in turn where they are equal. */
function leastLoaded(shared: SharedSubscription): number {
  const { members } = shared;
  const start = shared.cursor % members.length;
  let best = start;
  let fewest = Infinity;
  for (let step = 0; step < members.length; step++) {
    const index = (start + step) % members.length;
    const session = members[index]?.session;
    if (session === undefined) continue;
    const load = session.sender.inflightCount + session.queuedMessages;
    if (session.connection === undefined || load >= fewest) continue;
    fewest = load;
    best = index;
  }
  shared.cursor = best + 1;
  return best;
}

/** The same member as long as it is connected, then the next one that is. */
function theSameAgain(shared: SharedSubscription): number {
  const { members } = shared;
  for (let step = 0; step < members.length; step++) {
    const index = (shared.cursor + step) % members.length;
    if (members[index]?.session.connection === undefined) continue;
    shared.cursor = index;
    return index;
  }
  return shared.cursor % members.length;
}

/**
 * Rendezvous hashing: the member whose hash together with the key is highest. When a member comes or goes, only the keys
 * that it wins or held move.
 */
function favourite(shared: SharedSubscription, key: string): number {
  const keyHash = hash(key, FNV_OFFSET_BASIS);
  let best = 0;
  let highest = -1;
  shared.members.forEach((member, index) => {
    const weight = mix(hash(member.session.clientIdentifier, keyHash));
    if (weight <= highest) return;
    highest = weight;
    best = index;
  });
  return best;
}

/** FNV-1a over UTF-16 code units. */
function hash(text: string, seed: number): number {
  let value = seed;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), FNV_PRIME);
  }
  return value >>> 0;
}

/** Spreads the differences of two hashes over all their bits: FNV leaves the upper ones alike for texts that end differently. */
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

const STRATEGIES: Readonly<
  Record<SharedSubscriptionStrategyName, (random: () => number) => SharedSubscriptionStrategy>
> = {
  roundRobin: () => ({ choose: nextInTurn }),
  random: (random) => ({ choose: (shared) => Math.floor(random() * shared.members.length) }),
  leastInFlight: () => ({ choose: leastLoaded }),
  sticky: () => ({ choose: theSameAgain }),
  hashByClient: () => ({ choose: (shared, message) => favourite(shared, message.publisher) }),
  hashByTopic: () => ({ choose: (shared, message) => favourite(shared, message.topicName) }),
};
const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
