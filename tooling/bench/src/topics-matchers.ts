import { SubscriptionTree, type TopicFilter, type TopicName } from '@skua/topics';
import mqttMatch from 'mqtt-match';
import { matches as mqttPatternMatches } from 'mqtt-pattern';
import { Qlobber } from 'qlobber';

/** What every library is measured through: names come in, hits go out as their number. */
export interface Matcher {
  insert(filter: TopicFilter, key: string): void;
  match(name: TopicName): number;
}

export type MatcherName = '@skua/topics' | 'qlobber' | 'mqtt-match' | 'mqtt-pattern';

/** Whether a text is the name of one of the libraries. */
export function isMatcherName(text: string): text is MatcherName {
  return text in MATCHERS;
}

/** The libraries, each set up as its users do for MQTT. */
export const MATCHERS: Readonly<Record<MatcherName, () => Matcher>> = {
  '@skua/topics': () => {
    const tree = new SubscriptionTree<object>();
    const value = {};
    let hits = 0;
    const visit = (): void => void hits++;
    return {
      insert: (filter, key) => void tree.insert(filter, key, value),
      match: (name) => {
        hits = 0;
        tree.match(name, visit);
        return hits;
      },
    };
  },
  // With the options of mqemitter, and with it aedes, for which it is the matcher.
  qlobber: () => {
    const options = { separator: '/', wildcard_one: '+', wildcard_some: '#', match_empty_levels: true };
    const qlobber = new Qlobber<string>(options);
    return {
      insert: (filter, key) => void qlobber.add(filter, key),
      match: (name) => qlobber.match(name).length,
    };
  },
  // These two compare one filter with one name, so that a broker has to go through all of its filters.
  'mqtt-match': () => scan((filter, name) => mqttMatch(filter, name)),
  'mqtt-pattern': () => scan((filter, name) => mqttPatternMatches(filter, name)),
};

function scan(matches: (filter: string, name: string) => boolean): Matcher {
  const filters: string[] = [];
  const keys: string[] = [];
  return {
    insert: (filter, key) => {
      filters.push(filter);
      keys.push(key);
    },
    match: (name) => {
      let hits = 0;
      for (const filter of filters) if (matches(filter, name)) hits++;
      return hits;
    },
  };
}
