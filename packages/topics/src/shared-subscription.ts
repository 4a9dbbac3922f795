import { checkFilterFrom, checkTopicFilter, parseTopicFilter, type TopicFilter } from './topic-filter.ts';
import { TopicError } from './topic-error.ts';
import { checkEncoding, LENGTH_BYTES_MAX } from './topic-text.ts';

declare const subscriptionFilterBrand: unique symbol;

/** A text that is known to be valid where SUBSCRIBE and UNSUBSCRIBE of 5.0 have a Topic Filter: plain, or `$share/{ShareName}/{filter}`. */
export type SubscriptionFilter = string & { readonly [subscriptionFilterBrand]: true };

/** A Shared Subscription taken apart (section 4.8.2). */
export interface SharedSubscription {
  /** At least one character, none of them `/`, `+` or `#`. */
  readonly shareName: string;
  /** The part that matching uses. */
  readonly filter: TopicFilter;
}

/** What SUBSCRIBE and UNSUBSCRIBE of 5.0 have as Topic Filter, taken apart. */
export interface ParsedSubscriptionFilter {
  /** Undefined for a subscription that is not shared. */
  readonly shareName: string | undefined;
  /** The part that matching uses. */
  readonly filter: TopicFilter;
}

/**
 * Reads `$share/{ShareName}/{filter}` (section 4.8.2, 5.0 only). Undefined for a text that does not begin with `$share/`.
 *
 * The filter part may itself begin with `$share/`; it is then an ordinary filter, since nothing forbids it.
 *
 * @param levelsMax the most levels that the caller accepts in the filter part; no limit of its own by default
 * @throws TopicError naming rule, position (in the whole text) and statement
 */
export function parseSharedSubscription(text: string, levelsMax: number = Infinity): SharedSubscription | undefined {
  if (!text.startsWith(SHARE_PREFIX)) return undefined;
  const error = checkSharedSubscription(text, levelsMax);
  if (error !== undefined) throw error;
  const separator = text.indexOf('/', SHARE_PREFIX.length);
  // Reading the filter part again cannot fail; it is what gives it its type.
  const filter = parseTopicFilter(text.slice(separator + 1));
  return { shareName: text.slice(SHARE_PREFIX.length, separator), filter };
}

/**
 * Reads what stands as Topic Filter in a SUBSCRIBE or UNSUBSCRIBE of 5.0, shared or not.
 *
 * @param levelsMax the most levels that the caller accepts in the filter part; no limit of its own by default
 * @throws TopicError naming rule, position and statement
 */
export function parseSubscriptionFilter(text: string, levelsMax: number = Infinity): ParsedSubscriptionFilter {
  const shared = parseSharedSubscription(text, levelsMax);
  return shared ?? { shareName: undefined, filter: parseTopicFilter(text, levelsMax) };
}

/** Whether a text is valid as Topic Filter of a SUBSCRIBE or UNSUBSCRIBE of 5.0, shared or not; narrows the type. */
export function isSubscriptionFilter(text: string): text is SubscriptionFilter {
  return checkSubscriptionFilter(text) === undefined;
}

/**
 * What is wrong with a text as Topic Filter of a SUBSCRIBE or UNSUBSCRIBE of 5.0, or undefined when nothing is.
 *
 * @param levelsMax the most levels that the caller accepts in the filter part; no limit of its own by default
 */
export function checkSubscriptionFilter(text: string, levelsMax: number = Infinity): TopicError | undefined {
  return text.startsWith(SHARE_PREFIX) ? checkSharedSubscription(text, levelsMax) : checkTopicFilter(text, levelsMax);
}

function checkSharedSubscription(text: string, levelsMax: number): TopicError | undefined {
  if (text.length > LENGTH_BYTES_MAX) return checkEncoding(text, 'Shared Subscription'); // [MQTT-4.7.3-3]
  for (let i = SHARE_PREFIX.length; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x2f) {
      if (i === SHARE_PREFIX.length) return new TopicError('shareNameEmpty', 'Shared Subscription', text, i); // [MQTT-4.8.2-1]
      // [MQTT-4.8.2-2], second half
      if (i + 1 === text.length) return new TopicError('sharedFilterEmpty', 'Shared Subscription', text, i + 1);
      return checkFilterFrom(text, i + 1, 'Shared Subscription', levelsMax);
    }
    // [MQTT-4.8.2-2], first half
    if (code === 0x23 || code === 0x2b) return new TopicError('shareNameWildcard', 'Shared Subscription', text, i);
    if (code === 0) return new TopicError('nullCharacter', 'Shared Subscription', text, i); // [MQTT-4.7.3-2]
  }
  const rule = text.length === SHARE_PREFIX.length ? 'shareNameEmpty' : 'shareNameNotFollowed';
  return new TopicError(rule, 'Shared Subscription', text, text.length);
}

const SHARE_PREFIX = '$share/';
