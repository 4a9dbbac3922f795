import { childFor, type LevelTrie, listOf, type TrieNode } from './level-trie.ts';

/**
 * Collects the nodes of all Topic Names in a trie that a filter matches (section 4.7).
 *
 * A node is taken up at most once and only when the beginning of the filter matches its whole path.
 */
export function collectMatchingNames<L>(trie: LevelTrie<L>, filter: string, found: TrieNode<L>[]): void {
  // Nodes whose label is still to be followed, each with the filter's position for it, or WHOLE_SUBTREE.
  const nodes: TrieNode<L>[] = [];
  const positions: number[] = [];
  const push = (node: TrieNode<L>, position: number): void => {
    nodes.push(node);
    positions.push(position);
  };
  const pushChildren = (node: TrieNode<L>, position: number): void => {
    const code = position === WHOLE_SUBTREE ? 0x23 : filter.charCodeAt(position);
    if (code === 0x23 || code === 0x2b) {
      for (const child of listOf(node)) push(child, position);
      if (node.index !== undefined) for (const child of node.index.values()) push(child, position);
    } else {
      const child = childFor(node, filter, position);
      if (child !== undefined) push(child, position);
    }
  };

  pushChildren(trie.root, 0);
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    const position = positions.pop() ?? WHOLE_SUBTREE;
    const after = position === WHOLE_SUBTREE ? WHOLE_SUBTREE : matchLabel(node.text, node.start, filter, position);
    if (after === NO_MATCH) continue;
    if (node.leaf !== undefined && (after === WHOLE_SUBTREE || after > filter.length)) found.push(node);
    if (after <= filter.length) pushChildren(node, after);
  }
}

/**
 * Follows a label, a part of a name, through a filter. Returns the position of the filter's level after it: filter.length +
 * 1 when the filter is used up too; `WHOLE_SUBTREE` when it came to '#', at the label's end included.
 */
function matchLabel(label: string, start: number, filter: string, position: number): number {
  const hidden = position === 0 && label.charCodeAt(start) === 0x24; // [MQTT-4.7.2-1]
  let i = start;
  for (let p = position; ; i++) {
    if (p > filter.length) return NO_MATCH;
    const code = p < filter.length ? filter.charCodeAt(p) : 0x2f;
    if (code === 0x23) return hidden && p === 0 ? NO_MATCH : WHOLE_SUBTREE;
    if (code === 0x2b) {
      if (hidden && p === 0) return NO_MATCH;
      p++;
      while (i < label.length && label.charCodeAt(i) !== 0x2f) i++;
    } else {
      for (; i < label.length; i++, p++) {
        const found = label.charCodeAt(i);
        if (found === 0x2f) break;
        if (p === filter.length || filter.charCodeAt(p) !== found) return NO_MATCH;
      }
      if (p < filter.length && filter.charCodeAt(p) !== 0x2f) return NO_MATCH;
    }
    p++;
    if (i < label.length) continue;
    // The name is at its end or at a branch: '#' takes this level too, as the parent (section 4.7.1.2).
    return p < filter.length && filter.charCodeAt(p) === 0x23 ? WHOLE_SUBTREE : p;
  }
}

const NO_MATCH = -1;
const WHOLE_SUBTREE = -2;
