/** Something that happened, as the clients and whoever kills the broker saw it. */
export type HistoryEvent =
  | { readonly type: 'brokerStarted' | 'brokerListening'; readonly cycle: number }
  /** `during`: whether it had begun to listen. */
  | { readonly type: 'brokerKilled'; readonly cycle: number; readonly during: 'start' | 'load' }
  /** CONNECT with a will is sent: from here on the broker may publish it. */
  | { readonly type: 'connecting'; readonly client: string; readonly will: WillPromise }
  /** CONNACK with Success was received. */
  | {
      readonly type: 'connected';
      readonly client: string;
      readonly sessionPresent: boolean;
      readonly will?: WillPromise | undefined;
    }
  /** `disconnect`: DISCONNECT was sent; `cut`: the client closed without it; `broker`: the broker or its death closed it. */
  | { readonly type: 'connectionEnded'; readonly client: string; readonly by: 'disconnect' | 'cut' | 'broker' }
  /** The living broker closed the connection after DISCONNECT: it has read it. */
  | { readonly type: 'disconnectRead'; readonly client: string }
  /** PUBLISH is sent for the first time. */
  | {
      readonly type: 'published';
      readonly publisher: string;
      readonly serial: number;
      readonly topic: string;
      readonly qos: 1 | 2;
      readonly retain: boolean;
      /** Whether the payload is empty: with `retain` it removes what is retained. */
      readonly empty: boolean;
    }
  /** PUBACK or PUBREC was received: the broker owns the message. */
  | { readonly type: 'acknowledged'; readonly publisher: string; readonly serial: number }
  /** PUBACK or PUBCOMP was received: the broker has given it to whom it wanted. */
  | { readonly type: 'completed'; readonly publisher: string; readonly serial: number }
  /** PUBACK or PUBREC with a failure was received: nothing is promised. */
  | {
      readonly type: 'refused';
      readonly publisher: string;
      readonly serial: number;
      readonly reasonCode: number;
    }
  /** SUBSCRIBE is sent; SUBACK was received. */
  | {
      readonly type: 'subscribing' | 'subscribed';
      readonly client: string;
      readonly filter: string;
      readonly qos: 1 | 2;
    }
  /** UNSUBSCRIBE is sent; UNSUBACK was received. */
  | { readonly type: 'unsubscribing' | 'unsubscribed'; readonly client: string; readonly filter: string }
  /** A message came to the application: at QoS 2 not what the client knew for a duplicate. */
  | {
      readonly type: 'received';
      readonly client: string;
      readonly publisher: string;
      readonly serial: number;
      readonly topic: string;
      readonly qos: number;
      readonly retain: boolean;
      /** Whether the payload is the one that was sent. */
      readonly intact: boolean;
    }
  /** Somebody new asked for what is retained: SUBSCRIBE was sent when `since` events had happened. */
  | {
      readonly type: 'retainedRead';
      readonly topic: string;
      readonly since: number;
      /** undefined: nothing is retained. */
      readonly found: { readonly publisher: string; readonly serial: number } | undefined;
    };

/** The will of a connection. Its message has the client as its publisher, and serial 1. */
export interface WillPromise {
  readonly topic: string;
  readonly qos: 1 | 2;
  readonly delaySeconds: number;
}

/** An event with its time, in milliseconds since the start of the run. */
export type TimedEvent = HistoryEvent & { readonly at: number };

/**
 * Everything that happened in a run, in the order in which it was seen. What is promised is noted when the promise was
 * read, what is asked when it is sent: so that a broker is never accused for what it could not know.
 */
export class History {
  readonly events: TimedEvent[] = [];
  readonly #now: () => number;
  readonly #start: number;

  /** @param now - A clock in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#start = now();
  }

  /** How many events have happened. */
  get length(): number {
    return this.events.length;
  }

  add(event: HistoryEvent): void {
    this.events.push({ ...event, at: this.#now() - this.#start });
  }
}
