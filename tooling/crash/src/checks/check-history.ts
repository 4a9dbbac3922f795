import type { TimedEvent } from '../history.ts';
import { checkContent, checkDoubled, checkLost, checkOrder, checkUnwanted } from './check-messages.ts';
import { checkRetained } from './check-retained.ts';
import { checkSessions, checkUnwantedWills, checkWills } from './check-sessions.ts';
import { HistoryIndex } from './history-index.ts';
import type { Violation } from './violation.ts';

/** Every promise that was broken in a finished run. */
export function checkHistory(events: readonly TimedEvent[]): Violation[] {
  const index = new HistoryIndex(events);
  return [
    ...checkLost(index),
    ...checkDoubled(index),
    ...checkOrder(index),
    ...checkRetained(index),
    ...checkSessions(index),
    ...checkUnwanted(index),
    ...checkWills(index),
    ...checkUnwantedWills(index),
    ...checkContent(index),
  ];
}

/** How many messages and wills must still come. 0: the run may end. */
export function countMissing(events: readonly TimedEvent[]): number {
  const index = new HistoryIndex(events);
  return checkLost(index).length + checkWills(index).length;
}
