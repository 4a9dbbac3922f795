import { LevelIndex } from './level-index.ts';
import { commonLevels, copyLevels, hashLevel, sameLevel } from './levels.ts';

// The structure under both trees: a trie over levels, in which a chain of nodes with nothing to tell apart is one node.
//
//   a/b/c and a/b/+/d        root ── "a/b" ─┬─ "c"
//                                           └─ "+/d"
//
// Why compressed: a path costs at most two nodes however deep it is, so that memory follows the bytes that a peer sent
// (30,000 levels in one filter are one node), and a match touches few cache lines.
//
// Invariants, which the tests check with `checkTrie`:
// - A node's label is `text` from `start` to the end: one level or more, never with a '/' around it.
// - A node with a leaf has the whole path as `text`. It costs nothing, since the caller keeps that string anyway.
// - A node without a leaf (other than the root) has at least two children, and its `text` is its label and nothing more:
//   a path that was removed is not kept in memory by the nodes that it once went through.
// - The labels of siblings differ in their first level.
//
// '+' and '#' are levels like any other here, but for one thing: they stay in the list, so that a match, which always has
// to try them, need not ask the index for them. No method calls itself.

/** A trie of texts made of levels; a node of it is found again by its path, and carries one leaf. */
export class LevelTrie<L> {
  /** Above all paths: no label, never a leaf. */
  readonly root: TrieNode<L> = new TrieNode('', 0);

  /** The node of a path, if the path was put in. */
  find(path: string): TrieNode<L> | undefined {
    let node = this.root;
    for (let position = 0; ;) {
      const child = childFor(node, path, position);
      if (child === undefined) return undefined;
      const length = child.text.length - child.start;
      if (commonLevels(child.text, child.start, path, position) !== length) return undefined;
      position += length;
      if (position === path.length) return child.leaf === undefined ? undefined : child;
      position++;
      node = child;
    }
  }

  /** The node of a path, made if need be. A caller that finds no leaf in it must set one at once. */
  ensure(path: string): TrieNode<L> {
    let parent = this.root;
    for (let position = 0; ;) {
      const child = childFor(parent, path, position);
      if (child === undefined) {
        const node = new TrieNode<L>(path, position);
        addChild(parent, node);
        return node;
      }
      const common = commonLevels(child.text, child.start, path, position);
      if (child.start + common < child.text.length) return split(parent, child, common, path, position);
      if (position + common === path.length) {
        if (child.leaf === undefined) {
          child.text = path;
          child.start = position;
        }
        return child;
      }
      position += common + 1;
      parent = child;
    }
  }

  /** Takes the leaf of a path out, and every node that is not needed any more. Undefined when the path has none. */
  remove(path: string): L | undefined {
    let above = this.root;
    let parent = this.root;
    for (let position = 0; ;) {
      const node = childFor(parent, path, position);
      if (node === undefined) return undefined;
      const length = node.text.length - node.start;
      if (commonLevels(node.text, node.start, path, position) !== length) return undefined;
      if (position + length < path.length) {
        position += length + 1;
        above = parent;
        parent = node;
        continue;
      }
      const { leaf } = node;
      if (leaf === undefined) return undefined;
      node.leaf = undefined;
      node.key = undefined;
      if (node.list === undefined && node.index === undefined) {
        removeChild(parent, node);
        if (parent !== this.root && parent.leaf === undefined) mergeIfSingle(above, parent);
      } else if (!mergeIfSingle(parent, node)) {
        ownLabel(node);
      }
      return leaf;
    }
  }

  /** All nodes that have a leaf, in no particular order. */
  leafNodes(): TrieNode<L>[] {
    const found: TrieNode<L>[] = [];
    const nodes = [this.root];
    for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
      if (node.leaf !== undefined) found.push(node);
      for (const child of listOf(node)) nodes.push(child);
      if (node.index !== undefined) for (const child of node.index.values()) nodes.push(child);
    }
    return found;
  }
}

/** A node of a {@link LevelTrie}. */
export class TrieNode<L> {
  /** The whole path where there is a leaf, else the label alone. */
  text: string;
  /** Where the label begins in `text`. */
  start: number;
  /** The children, while they are few; then those whose label begins with a wildcard. Never empty. */
  list: TrieNode<L>[] | undefined = undefined;
  /** The other children by the first level of their labels, once they are many. Never empty. */
  index: LevelIndex<TrieNode<L>> | undefined = undefined;
  /** For the index that the node is in. */
  hash = 0;
  leaf: L | undefined = undefined;
  /** Whatever belongs to the leaf; it goes with it. */
  key: string | undefined = undefined;

  constructor(text: string, start: number) {
    this.text = text;
    this.start = start;
  }
}

/** The child whose label begins with the level that stands in `path` at `position`. */
export function childFor<L>(node: TrieNode<L>, path: string, position: number): TrieNode<L> | undefined {
  const { list, index } = node;
  if (list !== undefined) {
    for (const child of list) if (sameLevel(child.text, child.start, path, position)) return child;
  }
  return index?.get(path, position, hashLevel(path, position));
}

/** The children of a node that are in its list, none as an empty one. */
export function listOf<L>(node: TrieNode<L>): readonly TrieNode<L>[] {
  return node.list ?? NO_NODES;
}

// The upper node keeps the levels that the child and the path have in common; the child keeps its identity below it.
function split<L>(parent: TrieNode<L>, child: TrieNode<L>, common: number, path: string, position: number) {
  const rest = position + common + 1;
  const ends = rest > path.length;
  const upper = ends
    ? new TrieNode<L>(path, position)
    : new TrieNode<L>(copyLevels(child.text, child.start, child.start + common), 0);
  replaceChild(parent, child, upper);
  child.start += common + 1;
  if (child.leaf === undefined) ownLabel(child);
  if (ends) {
    upper.list = [child];
    return upper;
  }
  const node = new TrieNode<L>(path, rest);
  upper.list = [child, node];
  return node;
}

// A node without a leaf must not keep more in memory than its label.
function ownLabel<L>(node: TrieNode<L>): void {
  node.text = copyLevels(node.text, node.start, node.text.length);
  node.start = 0;
}

// A node that has neither leaf nor choice becomes part of its only child's label.
function mergeIfSingle<L>(parent: TrieNode<L>, node: TrieNode<L>): boolean {
  const child = node.list?.[0];
  if (child === undefined || node.list?.length !== 1 || node.index !== undefined) return false;
  if (child.leaf === undefined) {
    child.text = [node.text.slice(node.start), child.text.slice(child.start)].join('/');
    child.start = 0;
  } else {
    child.start -= node.text.length - node.start + 1;
  }
  replaceChild(parent, node, child);
  return true;
}

function addChild<L>(node: TrieNode<L>, child: TrieNode<L>): void {
  const { list, index } = node;
  if (index !== undefined && !isWildcard(child)) {
    index.add(child);
  } else if (index !== undefined || list === undefined || list.length < LIST_MAX) {
    // A new array has no spare capacity, push() would leave 16 empty places.
    node.list = list === undefined ? [child] : [...list, child];
  } else {
    const children = [...list, child];
    node.index = new LevelIndex();
    for (const other of children) if (!isWildcard(other)) node.index.add(other);
    node.list = nonEmpty(children.filter(isWildcard));
  }
}

function removeChild<L>(node: TrieNode<L>, child: TrieNode<L>): void {
  const { list, index } = node;
  if (index === undefined || isWildcard(child)) {
    node.list = nonEmpty(listOf(node).filter((other) => other !== child));
    return;
  }
  index.delete(child);
  if (index.size <= INDEX_MIN) {
    node.list = [...(list ?? []), ...index.values()];
    node.index = undefined;
  }
}

function replaceChild<L>(node: TrieNode<L>, child: TrieNode<L>, replacement: TrieNode<L>): void {
  const { list, index } = node;
  if (index !== undefined && !isWildcard(child)) index.replace(child, replacement);
  else if (list !== undefined) list[list.indexOf(child)] = replacement;
}

function nonEmpty<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function isWildcard<L>(node: TrieNode<L>): boolean {
  const code = node.text.charCodeAt(node.start);
  return code === 0x2b || code === 0x23;
}

const NO_NODES: readonly never[] = [];

// Up to four children, comparing each is cheaper than an index, which takes 200 bytes before it holds anything.
const LIST_MAX = 4;
// Below the other limit, so that a node whose count goes up and down by one is not rebuilt each time.
const INDEX_MIN = 2;
