/** A promise that was broken. */
export interface Violation {
  readonly kind: ViolationKind;
  /** What is wrong, in one sentence. */
  readonly sentence: string;
  /** Whose history tells how it came to be. */
  readonly about: {
    readonly publisher?: string | undefined;
    readonly serial?: number | undefined;
    readonly client?: string | undefined;
    /** The first and last event, by index, that belong to it. */
    readonly from: number;
    readonly to: number;
  };
}

/** The kinds of broken promises, with what each of them says. */
export const VIOLATION_KINDS = {
  lost: 'promised deliveries that a session did not get',
  doubled: 'QoS 2 messages that a session got twice',
  order: 'messages that came after a later one of their publisher and topic',
  retained: 'retained messages that are older than an acknowledged one, or missing, or should be gone',
  session: 'sessions that were lost with acknowledged subscriptions or QoS 2 exchanges in them',
  unwanted: 'messages to a session that had unsubscribed',
  will: 'wills of lost connections that were not published',
  unwantedWill: 'wills that were published after DISCONNECT had been read',
  damaged: 'messages with another payload than was sent',
  invented: 'messages that nobody had sent',
  start: 'starts at which the broker did not come back',
} as const;

export type ViolationKind = keyof typeof VIOLATION_KINDS;

/** All kinds, in the order of reports. */
export const VIOLATION_KIND_NAMES: readonly ViolationKind[] = [
  'lost',
  'doubled',
  'order',
  'retained',
  'session',
  'unwanted',
  'will',
  'unwantedWill',
  'damaged',
  'invented',
  'start',
];
