import { parseTopicFilter, parseTopicName, topicMatchesFilter } from '@skua/topics';

const answers = new Map<string, boolean>();

/** Whether a filter matches a topic. The few pairs of a run are remembered. */
export function matches(topic: string, filter: string): boolean {
  const key = `${topic} ${filter}`;
  let answer = answers.get(key);
  if (answer === undefined) {
    answer = topicMatchesFilter(parseTopicName(topic), parseTopicFilter(filter));
    answers.set(key, answer);
  }
  return answer;
}
