/** A level of the topics that were seen, with what has come for it and below it. */
export class TopicNode {
  readonly name: string;
  readonly children: Map<string, TopicNode> = new Map();
  /** Messages for this topic itself. */
  messages = 0;
  /** Messages for this topic and all below it. */
  total = 0;
  /** Of `total`, since the last turn of the rate. */
  #recent = 0;
  /** Messages a second, smoothed. */
  rate = 0;
  retained = false;
  /** The last payload, if a message came for this topic itself. */
  payload: Uint8Array | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** Counts a message. */
  count(): void {
    this.total += 1;
    this.#recent += 1;
  }

  /** Reckons the rates of this level and all below anew. */
  turn(seconds: number): void {
    const now = this.#recent / seconds;
    this.rate = this.rate === 0 ? now : this.rate * (1 - WEIGHT) + now * WEIGHT;
    if (this.rate < 0.01) this.rate = 0;
    this.#recent = 0;
    for (const child of this.children.values()) child.turn(seconds);
  }
}

/** How much the newest second weighs. */
const WEIGHT = 0.5;
