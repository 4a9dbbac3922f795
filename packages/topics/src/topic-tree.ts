import { LevelTrie, type TrieNode } from './level-trie.ts';
import { collectMatchingNames } from './match-names.ts';
import type { TopicFilter } from './topic-filter.ts';
import type { TopicName } from './topic-name.ts';

/**
 * Values by Topic Name, matched by Topic Filter (section 4.7): what retained messages are kept in.
 *
 * A match does at most the work that the number of stored names whose beginning the filter matches requires. Memory
 * follows the length of the names, whatever their number of levels; no operation recurses.
 *
 * While a visit is under way the tree may be changed, matched and visited again, by the visitor too: a value that stays is
 * visited exactly once, one that is deleted before its turn is not visited, one that is set may or may not be. An error that
 * the visitor throws ends the visit, comes out of the call, and leaves the tree as it is.
 */
export class TopicTree<V extends object | string | number | bigint | boolean | symbol> {
  readonly #trie = new LevelTrie<V>();
  #size = 0;

  /** How many Topic Names have a value. */
  get size(): number {
    return this.#size;
  }

  /** Whether no Topic Name has a value. */
  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Sets the value of a Topic Name. Returns the value that was replaced; undefined means that there was none. */
  set(name: TopicName, value: V): V | undefined {
    const node = this.#trie.ensure(name);
    const previous = node.leaf;
    node.leaf = value;
    if (previous === undefined) this.#size++;
    return previous;
  }

  /** The value of a Topic Name. */
  get(name: TopicName): V | undefined {
    return this.#trie.find(name)?.leaf;
  }

  /** Deletes the value of a Topic Name. Returns it; undefined means that there was none and nothing changed. */
  delete(name: TopicName): V | undefined {
    const previous = this.#trie.remove(name);
    if (previous !== undefined) this.#size--;
    return previous;
  }

  /** Visits each value whose Topic Name a filter matches, in no particular order. */
  match(filter: TopicFilter, visit: (value: V, name: TopicName) => void): void {
    const found: TrieNode<V>[] = [];
    collectMatchingNames(this.#trie, filter, found);
    visitAll(found, visit);
  }

  /** Visits all values, in no particular order; unlike a match by `#` also those of names that begin with `$`. */
  forEach(visit: (value: V, name: TopicName) => void): void {
    visitAll(this.#trie.leafNodes(), visit);
  }
}

function visitAll<V>(found: readonly TrieNode<V>[], visit: (value: V, name: TopicName) => void): void {
  for (const node of found) {
    const { leaf } = node;
    // A node with a leaf has as its text the path that it was put in by, and `set` takes Topic Names only.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    if (leaf !== undefined) visit(leaf, node.text as TopicName);
  }
}
