import { expect } from 'vitest';
import { listOf, type LevelTrie, type TrieNode } from '../src/level-trie.ts';

/** The invariants at the head of level-trie.ts, for every node; and that exactly the given paths have leaves. */
export function checkTrie<L>(trie: LevelTrie<L>, paths: readonly string[]): void {
  const found: string[] = [];
  const pending: { node: TrieNode<L>; path: string; isRoot: boolean }[] = [{ node: trie.root, path: '', isRoot: true }];
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    const { node, path, isRoot } = entry;
    const indexed = node.index?.values() ?? [];
    const children = [...listOf(node), ...indexed];
    if (node.leaf !== undefined) found.push(path);
    if (node.leaf !== undefined) expect(node.text).toBe(path);
    else if (!isRoot) expect([children.length >= 2, node.start]).toEqual([true, 0]);
    expect(node.list?.length).not.toBe(0);
    if (node.index !== undefined) {
      expect(node.index.size).toBe(indexed.length);
      expect(indexed.length).toBeGreaterThan(2);
      for (const child of listOf(node)) expect(labelOf(child)[0]).toMatch(/^[+#]$/);
    }
    const firstLevels = children.map((child) => labelOf(child).split('/')[0]);
    expect(new Set(firstLevels).size).toBe(firstLevels.length);
    for (const child of children) {
      pending.push({ node: child, path: isRoot ? labelOf(child) : `${path}/${labelOf(child)}`, isRoot: false });
    }
  }
  expect(found.toSorted()).toEqual([...paths].toSorted());
}

/** Whether nothing at all is left in a trie. */
export function isBare<L>(trie: LevelTrie<L>): boolean {
  return trie.root.list === undefined && trie.root.index === undefined && trie.root.leaf === undefined;
}

function labelOf<L>(node: TrieNode<L>): string {
  return node.text.slice(node.start);
}
