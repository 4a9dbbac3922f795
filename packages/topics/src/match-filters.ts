import { type LevelTrie, listOf, type TrieNode } from './level-trie.ts';
import { hashLevel } from './levels.ts';

/**
 * Collects the nodes of all filters in a trie that match a Topic Name (section 4.7).
 *
 * A node is taken up at most once and only when its whole path matches the beginning of the name; so the work is bounded by
 * the filters that are there, and nothing is found twice.
 */
export function collectMatchingFilters<L>(trie: LevelTrie<L>, name: string, found: TrieNode<L>[]): void {
  // Nodes still to be taken up, each with the position in the name of the level after its path.
  const nodes: TrieNode<L>[] = [];
  const positions: number[] = [];
  // The hash of the level at `hashed`, kept because the branches of a '+' often ask for the same level.
  let hash = 0;
  let hashed = -1;
  let node: TrieNode<L> | undefined = trie.root;
  let position = 0;
  while (node !== undefined) {
    const { index }: TrieNode<L> = node;
    let literal: TrieNode<L> | undefined;
    if (index !== undefined && position <= name.length) {
      if (position !== hashed) {
        hash = hashLevel(name, position);
        hashed = position;
      }
      literal = index.get(name, position, hash);
    }
    const list = listOf<L>(node);
    const from: number = position;
    node = undefined;
    for (let i = 0; i <= list.length; i++) {
      const child: TrieNode<L> | undefined = i < list.length ? list[i] : literal;
      if (child === undefined) continue;
      const after = matchLabel(child.text, child.start, name, from);
      if (after === NO_MATCH) continue;
      if (after > name.length && child.leaf !== undefined) found.push(child);
      if (after === MATCHES_REST || (child.list === undefined && child.index === undefined)) continue;
      // The first child to go on with needs no stack, and most nodes have no second.
      if (node !== undefined) {
        nodes.push(node);
        positions.push(position);
      }
      node = child;
      position = after;
    }
    if (node === undefined) {
      node = nodes.pop();
      position = positions.pop() ?? 0;
    }
  }
}

/**
 * Follows a label of a filter through a name. Returns the position of the level after it: name.length + 1 when the name is
 * used up; `MATCHES_REST` when the label ended in '#'.
 */
function matchLabel(label: string, start: number, name: string, position: number): number {
  const hidden = position === 0 && name.charCodeAt(0) === 0x24; // [MQTT-4.7.2-1]
  let i = start;
  for (let p = position; ; i++) {
    const code = i < label.length ? label.charCodeAt(i) : 0x2f;
    // '#' stands for the parent level too, so it matches where the name is already used up (section 4.7.1.2).
    if (code === 0x23) return hidden && i === start ? NO_MATCH : MATCHES_REST;
    if (p > name.length) return NO_MATCH;
    if (code === 0x2b) {
      if (hidden && i === start) return NO_MATCH;
      i++;
      while (p < name.length && name.charCodeAt(p) !== 0x2f) p++;
    } else {
      for (; i < label.length; i++, p++) {
        const expected = label.charCodeAt(i);
        if (expected === 0x2f) break;
        if (p === name.length || name.charCodeAt(p) !== expected) return NO_MATCH;
      }
      if (p < name.length && name.charCodeAt(p) !== 0x2f) return NO_MATCH;
    }
    p++;
    if (i === label.length) return p;
  }
}

const NO_MATCH = -1;
// More than any position: the name counts as used up.
const MATCHES_REST = 0x3fffffff;
