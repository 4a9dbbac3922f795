import { LevelTrie, type TrieNode } from './level-trie.ts';
import { collectMatchingFilters } from './match-filters.ts';
import { addSubscriber, type Leaf, removeSubscriber, subscriberOf, visitSubscribers } from './subscribers.ts';
import type { TopicFilter } from './topic-filter.ts';
import type { TopicName } from './topic-name.ts';

// All filters are in one trie over their levels, those without a wildcard too: a Map of their own for them was tried, and
// its look-up cost more than it saved. A match first finds all filters and only then begins to visit; therefore a visitor
// can do anything, throw and change the tree included.

/**
 * Subscriptions by Topic Filter and key, matched by Topic Name (section 4.7). The key tells the subscribers of one filter
 * apart: a Client Identifier, or whatever else the caller takes for a subscriber.
 *
 * A match does at most the work that the number of stored filters which match the beginning of the name requires. Memory
 * follows the length of the filters, whatever their number of levels; no operation recurses.
 *
 * While a visit is under way the tree may be changed, matched and visited again, by the visitor too: an entry that stays
 * is visited exactly once, one that is removed before its turn is not visited, one that is inserted may or may not be. An
 * error that the visitor throws ends the visit, comes out of the call, and leaves the tree as it is.
 */
export class SubscriptionTree<S extends object | string | number | bigint | boolean | symbol> {
  readonly #trie = new LevelTrie<Leaf<S>>();
  #size = 0;
  #filterCount = 0;

  /** How many entries there are: pairs of a filter and a key. */
  get size(): number {
    return this.#size;
  }

  /** How many different filters there are. Compare it before and after a change to see whether a filter came or went. */
  get filterCount(): number {
    return this.#filterCount;
  }

  /** Whether there is no entry. */
  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Adds or replaces the entry of a filter and a key. Returns the value that was replaced; undefined means that the entry is new. */
  insert(filter: TopicFilter, key: string, value: S): S | undefined {
    const node = this.#trie.ensure(filter);
    if (node.leaf === undefined) this.#filterCount++;
    const previous = addSubscriber(node, key, value);
    if (previous === undefined) this.#size++;
    return previous;
  }

  /** Removes the entry of a filter and a key. Returns its value; undefined means that there was none and nothing changed. */
  remove(filter: TopicFilter, key: string): S | undefined {
    const node = this.#trie.find(filter);
    const previous = node === undefined ? undefined : subscriberOf(node, key);
    if (node === undefined || previous === undefined) return undefined;
    this.#size--;
    if (removeSubscriber(node, key)) {
      this.#trie.remove(filter);
      this.#filterCount--;
    }
    return previous;
  }

  /** The value of a filter and a key: what was inserted, not what matches. */
  get(filter: TopicFilter, key: string): S | undefined {
    const node = this.#trie.find(filter);
    return node === undefined ? undefined : subscriberOf(node, key);
  }

  /**
   * Visits each entry whose filter matches a Topic Name, in no particular order. A key that has several matching filters is
   * visited for each of them.
   */
  match(name: TopicName, visit: (value: S, key: string, filter: TopicFilter) => void): void {
    const found: TrieNode<Leaf<S>>[] = [];
    collectMatchingFilters(this.#trie, name, found);
    for (const node of found) visitSubscribers(node, visit);
  }

  /** Visits all entries, in no particular order. */
  forEach(visit: (value: S, key: string, filter: TopicFilter) => void): void {
    for (const node of this.#trie.leafNodes()) visitSubscribers(node, visit);
  }
}
