/** What happened in a run, as clients have seen it. Moments are numbers that rise. */
export class History {
  #moment = 0;
  readonly messages: Map<string, PublishedMessage> = new Map();
  /** By client, what its application got, in order. */
  readonly received: Map<string, string[]> = new Map();
  readonly subscriptions: SubscriptionSpan[] = [];
  readonly wills: WillSpan[] = [];
  readonly faults: string[] = [];

  next(): number {
    return (this.#moment += 1);
  }

  receive(client: string, payload: string): void {
    const list = this.received.get(client) ?? [];
    list.push(payload);
    this.received.set(client, list);
  }
}

/** A message of a publisher; its payload names it. */
export interface PublishedMessage {
  readonly payload: string;
  readonly publisher: string;
  readonly number: number;
  readonly topicName: string;
  readonly qos: 1 | 2;
  readonly retain: boolean;
  readonly sentAt: number;
  /** When PUBACK or PUBREC with success arrived. */
  acknowledgedAt: number | undefined;
}

/** A time in which a client knew that it was subscribed. */
export interface SubscriptionSpan {
  readonly client: string;
  readonly filter: string;
  /** SUBACK arrived. */
  readonly from: number;
  /** UNSUBSCRIBE was sent. */
  until: number;
}

/** A connection with a will. */
export interface WillSpan {
  readonly payload: string;
  /** CONNACK arrived. */
  readonly connectedAt: number;
  /** Without DISCONNECT. */
  lost: boolean;
}
