import { TopicNode } from './topic-node.ts';

/** What is shown of the tree. */
export interface ViewOptions {
  /** Rows at the most; levels that do not fit stay folded. */
  readonly rows: number;
  readonly columns: number;
  readonly colours: boolean;
}

/** The tree of the topics that messages have come for, bounded. */
export class TopicView {
  readonly #root = new TopicNode('');
  readonly #topicsMax: number;
  #topics = 0;
  /** Messages for topics beyond the bound. */
  #hidden = 0;

  constructor(topicsMax: number = TOPICS_MAX) {
    this.#topicsMax = topicsMax;
  }

  /** Takes a message in. */
  add(topicName: string, payload: Uint8Array, retain: boolean): void {
    this.#root.count();
    let node = this.#root;
    for (const level of topicName.split('/')) {
      let child = node.children.get(level);
      if (child === undefined) {
        if (this.#topics >= this.#topicsMax) {
          this.#hidden += 1;
          return;
        }
        this.#topics += 1;
        child = new TopicNode(level);
        node.children.set(level, child);
      }
      child.count();
      node = child;
    }
    node.messages += 1;
    node.payload = payload;
    node.retained = retain;
  }

  /** Reckons the rates anew; once a second. */
  turn(seconds: number): void {
    this.#root.turn(seconds);
  }

  /** The tree as lines, unfolded level by level as far as the rows reach; what is busiest is unfolded first. */
  lines(options: ViewOptions): readonly string[] {
    const unfolded = this.#unfolded(options.rows - 2);
    const lines: string[] = [
      `${this.#root.total} messages, ${formatRate(this.#root.rate)}, ${this.#topics} levels` +
        (this.#hidden === 0 ? '' : `; ${this.#hidden} messages of further topics are counted only`),
    ];
    this.#print(this.#root, '', unfolded, options, lines);
    return lines.slice(0, options.rows);
  }

  /** Which levels show what is below them. */
  #unfolded(rows: number): ReadonlySet<TopicNode> {
    const unfolded = new Set<TopicNode>([this.#root]);
    let used = this.#root.children.size;
    let level = [...this.#root.children.values()];
    while (level.length > 0) {
      const next: TopicNode[] = [];
      for (const node of level.toSorted((a, b) => b.rate - a.rate || b.total - a.total)) {
        if (node.children.size === 0 || used + node.children.size > rows) continue;
        used += node.children.size;
        unfolded.add(node);
        next.push(...node.children.values());
      }
      level = next;
    }
    return unfolded;
  }

  #print(
    node: TopicNode,
    indent: string,
    unfolded: ReadonlySet<TopicNode>,
    options: ViewOptions,
    lines: string[],
  ): void {
    const children = [...node.children.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    children.forEach((child, index) => {
      const isLast = index === children.length - 1;
      lines.push(`${indent}${isLast ? '└─ ' : '├─ '}${row(child, unfolded.has(child), options)}`);
      if (unfolded.has(child)) this.#print(child, `${indent}${isLast ? '   ' : '│  '}`, unfolded, options, lines);
    });
  }
}

function row(node: TopicNode, isUnfolded: boolean, { columns, colours }: ViewOptions): string {
  const paint = (code: string, text: string): string => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const name = node.name === '' ? "''" : node.name;
  const parts = [paint(node.rate > 0 ? '1' : '0', printable(name))];
  if (node.payload !== undefined) parts.push(`= ${paint('36', preview(node.payload, Math.max(10, columns - 40)))}`);
  if (node.children.size > 0 && !isUnfolded) parts.push(paint('2', `(${node.children.size} levels below)`));
  if (node.retained) parts.push(paint('33', 'retained'));
  parts.push(paint('2', `${node.total}${node.rate > 0 ? `, ${formatRate(node.rate)}` : ''}`));
  return parts.join(' ');
}

function preview(payload: Uint8Array, length: number): string {
  const text = Buffer.from(payload.subarray(0, length * 4)).toString('utf8');
  if (text.includes('\ufffd')) return `${payload.length} bytes`;
  const characters = Array.from(printable(text));
  return characters.length <= length ? characters.join('') : `${characters.slice(0, length).join('')}…`;
}

function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- a terminal would obey them
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '·');
}

function formatRate(rate: number): string {
  return `${rate >= 10 ? Math.round(rate) : Math.round(rate * 10) / 10}/s`;
}

/** Levels that are kept: some hundred bytes each. */
const TOPICS_MAX = 100_000;
