import type { TrieNode } from './level-trie.ts';
import type { TopicFilter } from './topic-filter.ts';

// The entries of one filter, in its node of the trie. Most filters have one subscriber: then `key` and `leaf` are that
// entry. From the second one on, `leaf` is a Map of all of them and `key` is undefined. It stays a Map until the last entry
// goes: a visit that is under way goes through that Map, and must find what is still subscribed there.

/** What the node of a filter has as its leaf. */
export type Leaf<S> = S | SubscriberMap<S>;

/** A Map that no value of a user can be taken for. */
export class SubscriberMap<S> extends Map<string, S> {}

/** The value of an entry of a filter. */
export function subscriberOf<S>({ leaf, key }: TrieNode<Leaf<S>>, wanted: string): S | undefined {
  if (leaf instanceof SubscriberMap) return leaf.get(wanted);
  return key === wanted ? leaf : undefined;
}

/** Adds or replaces an entry of a filter; returns the value that was replaced. */
export function addSubscriber<S>(node: TrieNode<Leaf<S>>, key: string, value: S): S | undefined {
  const { leaf } = node;
  if (leaf instanceof SubscriberMap) {
    const previous = leaf.get(key);
    leaf.set(key, value);
    return previous;
  }
  if (leaf === undefined || node.key === undefined || node.key === key) {
    node.key = key;
    node.leaf = value;
    return leaf;
  }
  const map = new SubscriberMap<S>();
  node.leaf = map.set(node.key, leaf).set(key, value);
  node.key = undefined;
  return undefined;
}

/** Takes out an entry that a filter has; true when it was the last one, which only the trie can take out. */
export function removeSubscriber<S>({ leaf }: TrieNode<Leaf<S>>, key: string): boolean {
  if (!(leaf instanceof SubscriberMap)) return true;
  leaf.delete(key);
  return leaf.size === 0;
}

/** Visits the entries of a filter, no more of them than there are at the beginning, whatever the visitor inserts. */
export function visitSubscribers<S>(
  node: TrieNode<Leaf<S>>,
  visit: (value: S, key: string, filter: TopicFilter) => void,
): void {
  const { leaf, key, text } = node;
  if (leaf === undefined) return; // removed by an earlier visitor
  // With a leaf the text is the filter that the node was made for, and with a key the leaf is the one entry's value. To ask
  // `instanceof` instead would touch the value's memory, which costs a quarter of a match in a large tree.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const filter = text as TopicFilter;
  if (key !== undefined) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    visit(leaf as S, key, filter);
  } else if (leaf instanceof SubscriberMap) {
    let left = leaf.size;
    for (const [each, value] of leaf) {
      visit(value, each, filter);
      if (--left === 0) return;
    }
  }
}
