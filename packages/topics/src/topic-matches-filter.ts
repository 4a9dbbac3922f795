import type { TopicFilter } from './topic-filter.ts';
import type { TopicName } from './topic-name.ts';

/**
 * Whether a Topic Filter matches a Topic Name (section 4.7). Written to be read, not to be fast: it is the oracle that the
 * two trees are tested against. For one filter and one name it is good enough anywhere.
 */
export function topicMatchesFilter(name: TopicName, filter: TopicFilter): boolean {
  const nameLevels = name.split('/');
  const filterLevels = filter.split('/');
  const leadingWildcard = filterLevels[0] === '+' || filterLevels[0] === '#';
  if (leadingWildcard && name.startsWith('$')) return false; // [MQTT-4.7.2-1]
  for (let i = 0; i < filterLevels.length; i++) {
    // The parent level counts too: at `#` the levels before it have matched, and there may be none left (section 4.7.1.2).
    if (filterLevels[i] === '#') return true;
    if (i === nameLevels.length) return false;
    // Character for character, no normalisation [MQTT-4.7.3-4].
    if (filterLevels[i] !== '+' && filterLevels[i] !== nameLevels[i]) return false;
  }
  return filterLevels.length === nameLevels.length;
}
