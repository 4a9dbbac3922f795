import { isTopicName, topicMatchesFilter, type TopicFilter } from '@skua/topics';
import type { PrintedMessage } from './printed-message.ts';

/** Which messages `sub` prints. */
export interface FilterSettings {
  /** `-R`: not those that the server had kept. */
  readonly skipRetained: boolean;
  /** `-T`. */
  readonly filterOut: readonly TopicFilter[];
  /** `--random-filter`: the share that is printed, above 0 and at most 1. */
  readonly share: number;
}

/** Whether a message is taken at all; `-T` and `-R` leave it out. */
export function isWanted({ topicName, retain }: PrintedMessage, settings: FilterSettings): boolean {
  if (retain && settings.skipRetained) return false;
  if (settings.filterOut.length === 0 || !isTopicName(topicName)) return true;
  return !settings.filterOut.some((filter) => topicMatchesFilter(topicName, filter));
}

/** Whether the dice let a message that is wanted be printed. */
export function isDrawn({ share }: FilterSettings, random: () => number): boolean {
  return share >= 1 || random() < share;
}
