import { encodePacket } from '@skua/codec';
import { Client, type ClientOptions } from './client.ts';

/**
 * Subscribes and unsubscribes all the time, without waiting for the answers: filters beside the topics of the flow,
 * exact ones, with `+` and with `#`.
 */
export class Churner extends Client {
  readonly #packets: readonly Uint8Array[];
  #sent = 0;
  #answered = 0;
  #heldBack = 0;

  constructor(options: ClientOptions, name: number) {
    super(options);
    const { protocolVersion } = options;
    const filters = Array.from({ length: CHURN_FILTERS }, (_, i) => churnFilter(name, i));
    this.#packets = filters.flatMap((topicFilter, i) => [
      encodePacket(
        {
          type: 'subscribe',
          packetIdentifier: 2 * i + 1,
          subscriptions: [{ topicFilter, qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
          properties: {},
        },
        protocolVersion,
      ),
      encodePacket(
        { type: 'unsubscribe', packetIdentifier: 2 * i + 2, topicFilters: [topicFilter], properties: {} },
        protocolVersion,
      ),
    ]);
  }

  /** How often nothing was sent because too many packets were unanswered. */
  get heldBack(): number {
    return this.#heldBack;
  }

  /** Sends the next SUBSCRIBE or UNSUBSCRIBE. */
  sendNext(): void {
    if (this.#sent - this.#answered >= this.#packets.length / 2) {
      this.#heldBack += 1;
      return;
    }
    const packet = this.#packets[this.#sent % this.#packets.length];
    this.#sent += 1;
    if (packet !== undefined) this.connection.write(packet);
  }

  override handleAcknowledgement(): void {
    this.#answered += 1;
  }
}

/** Keeps churners at a rate until told to stop. */
export function startChurn(churners: readonly Churner[], perSecond: number): () => void {
  const started = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - started) / 1000) * perSecond;
    for (; sent < due; sent++) churners[sent % churners.length]?.sendNext();
  }, 1);
  return () => clearInterval(timer);
}

function churnFilter(name: number, i: number): string {
  const below = `bench/${i % 10}/churn-${name}-${i}`;
  return i % 3 === 0 ? below : i % 3 === 1 ? `bench/+/churn-${name}-${i}` : `${below}/#`;
}

const CHURN_FILTERS = 300;
