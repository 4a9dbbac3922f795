/**
 * The rules of sections 4.7 and 4.8.2 that a text can break, one name each. `tooManyLevels` is the only one that is not
 * the specification's but the caller's own limit.
 */
export type TopicRule =
  | 'empty'
  | 'tooLong'
  | 'nullCharacter'
  | 'loneSurrogate'
  | 'wildcardInTopicName'
  | 'multiLevelWildcardNotAlone'
  | 'multiLevelWildcardNotLast'
  | 'singleLevelWildcardNotAlone'
  | 'shareNameEmpty'
  | 'shareNameWildcard'
  | 'shareNameNotFollowed'
  | 'sharedFilterEmpty'
  | 'tooManyLevels';

/** What a refused text was meant to be, in the specification's nouns. */
export type TopicSubject = 'Topic Name' | 'Topic Filter' | 'Shared Subscription';

/** A text is not the Topic Name, Topic Filter or Shared Subscription it was given as: which rule, where, and by which statement. */
export class TopicError extends Error {
  override name = 'TopicError';
  /** The rule that is broken. */
  readonly rule: TopicRule;
  /** What the text was meant to be. */
  readonly subject: TopicSubject;
  /** Offset of the offending character in the text that was given, in UTF-16 code units from 0 (what `text[position]` takes). */
  readonly position: number;
  /** Statement of MQTT 5.0, for example `MQTT-4.7.1-1`; undefined for `tooManyLevels`, which is the caller's limit. */
  readonly statement: string | undefined;
  /** Statement of MQTT 3.1.1, for example `v3 MQTT-4.7.1-2`; undefined where 3.1.1 has no such rule (shared subscriptions, `tooManyLevels`). */
  readonly statementV3: string | undefined;

  constructor(rule: TopicRule, subject: TopicSubject, text: string, position: number) {
    const { message, statement, statementV3 } = RULES[rule];
    const cited = statement === undefined ? '' : ` [${statement}]`;
    super(`${subject} ${quote(text, position)}: ${message}, at offset ${position}${cited}`);
    this.rule = rule;
    this.subject = subject;
    this.position = position;
    this.statement = statement;
    this.statementV3 = statementV3;
  }
}

// A text may be 65,535 bytes of an attacker's choice, so the message shows a window around the position, escaped.
function quote(text: string, position: number): string {
  const start = Math.max(0, position - QUOTE_BEFORE);
  const end = Math.min(text.length, position + QUOTE_AFTER);
  const shown = JSON.stringify(text.slice(start, end));
  return `${start > 0 ? '…' : ''}${shown}${end < text.length ? '…' : ''}`;
}

const QUOTE_BEFORE = 24;
const QUOTE_AFTER = 16;

interface RuleText {
  readonly message: string;
  readonly statement: string | undefined;
  readonly statementV3: string | undefined;
}

const RULES: Readonly<Record<TopicRule, RuleText>> = {
  empty: {
    message: 'is empty, at least one character is needed',
    statement: 'MQTT-4.7.3-1',
    statementV3: 'v3 MQTT-4.7.3-1',
  },
  tooLong: {
    message: 'is longer than 65,535 bytes of UTF-8',
    statement: 'MQTT-4.7.3-3',
    statementV3: 'v3 MQTT-4.7.3-3',
  },
  nullCharacter: {
    message: 'contains the null character U+0000',
    statement: 'MQTT-4.7.3-2',
    statementV3: 'v3 MQTT-4.7.3-2',
  },
  loneSurrogate: {
    message: 'contains half of a surrogate pair, which UTF-8 cannot encode',
    statement: 'MQTT-1.5.4-1',
    statementV3: 'v3 MQTT-1.5.3-1',
  },
  wildcardInTopicName: {
    message: 'contains a wildcard, only Topic Filters may',
    statement: 'MQTT-4.7.0-1',
    statementV3: 'v3 MQTT-4.7.1-1',
  },
  multiLevelWildcardNotAlone: {
    message: "'#' is not a whole level, it must be the first character or follow a '/'",
    statement: 'MQTT-4.7.1-1',
    statementV3: 'v3 MQTT-4.7.1-2',
  },
  multiLevelWildcardNotLast: {
    message: "'#' is not the last character",
    statement: 'MQTT-4.7.1-1',
    statementV3: 'v3 MQTT-4.7.1-2',
  },
  singleLevelWildcardNotAlone: {
    message: "'+' is not a whole level",
    statement: 'MQTT-4.7.1-2',
    statementV3: 'v3 MQTT-4.7.1-3',
  },
  shareNameEmpty: {
    message: 'has an empty ShareName, at least one character is needed',
    statement: 'MQTT-4.8.2-1',
    statementV3: undefined,
  },
  shareNameWildcard: {
    message: "has a ShareName with '+' or '#' in it",
    statement: 'MQTT-4.8.2-2',
    statementV3: undefined,
  },
  shareNameNotFollowed: {
    message: "has no '/' after its ShareName",
    statement: 'MQTT-4.8.2-2',
    statementV3: undefined,
  },
  sharedFilterEmpty: {
    message: 'has no Topic Filter after its ShareName',
    statement: 'MQTT-4.8.2-2',
    statementV3: undefined,
  },
  tooManyLevels: { message: 'has more levels than are allowed here', statement: undefined, statementV3: undefined },
};
