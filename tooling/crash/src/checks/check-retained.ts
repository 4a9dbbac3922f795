import type { TimedEvent } from '../history.ts';
import type { HistoryIndex, MessageRecord } from './history-index.ts';
import type { Violation } from './violation.ts';

/**
 * What a new subscriber gets for a topic is the message that was completely acknowledged last before it asked, or a later
 * one. The empty message means that there is none. Each topic has one publisher and one QoS.
 */
export function checkRetained(index: HistoryIndex): Violation[] {
  const violations: Violation[] = [];
  for (const [at, event] of index.events.entries()) {
    if (event.type !== 'retainedRead') continue;
    const sentence = judge(index, event);
    if (sentence === undefined) continue;
    const last = lastCompleted(index.messagesByTopic.get(event.topic) ?? [], event.since);
    const about = { publisher: last?.publisher, serial: last?.serial, from: last?.sentAt ?? event.since, to: at };
    violations.push({ kind: 'retained', sentence, about });
  }
  return violations;
}

/** The topics on which somebody who asks at `since` must find something. */
export function topicsWithValue(index: HistoryIndex, topics: readonly string[], since: number): string[] {
  return topics.filter((topic) => {
    const messages = index.messagesByTopic.get(topic) ?? [];
    const last = lastCompleted(messages, since);
    return last !== undefined && messages.every(({ serial, empty }) => serial < last.serial || !empty);
  });
}

function judge(index: HistoryIndex, event: TimedEvent & { type: 'retainedRead' }): string | undefined {
  const { topic, since, found } = event;
  const messages = index.messagesByTopic.get(topic) ?? [];
  const last = lastCompleted(messages, since);
  if (last === undefined) return undefined;
  if (found !== undefined) {
    const isLast = found.serial === last.serial && !last.empty;
    if (isLast || found.serial > last.serial) return undefined;
    const what = last.empty ? `message ${last.serial}, which removes it` : `message ${last.serial}`;
    return `'${topic}' has ${found.publisher}'s message ${found.serial} retained; acknowledged was ${what}.`;
  }
  const mayBeGone = messages.some(({ serial, empty }) => serial >= last.serial && empty);
  if (mayBeGone) return undefined;
  return `'${topic}' has nothing retained; ${last.publisher}'s message ${last.serial} was acknowledged.`;
}

function lastCompleted(messages: readonly MessageRecord[], before: number): MessageRecord | undefined {
  return messages.findLast(({ completedAt }) => completedAt < before);
}
