import type { Violation } from './checks/violation.ts';
import type { TimedEvent } from './history.ts';

/** The events that belong to a violation, one line each: what the message, the client and the broker went through. */
export function tellStory(events: readonly TimedEvent[], { about }: Violation): string[] {
  const { from, to } = about;
  const lines: string[] = [];
  for (let at = Math.max(0, from - 1); at <= Math.min(to, events.length - 1); at += 1) {
    const event = events[at];
    if (event !== undefined && belongs(event, about))
      lines.push(`${(event.at / 1000).toFixed(3)} s  ${inWords(event)}`);
  }
  if (lines.length <= LINES_MAX) return lines;
  const half = LINES_MAX / 2;
  return [...lines.slice(0, half), `… ${lines.length - LINES_MAX} more …`, ...lines.slice(-half)];
}

function belongs(event: TimedEvent, { publisher, serial, client }: Violation['about']): boolean {
  switch (event.type) {
    case 'brokerStarted':
    case 'brokerListening':
    case 'brokerKilled':
      return true;
    case 'published':
    case 'acknowledged':
    case 'completed':
    case 'refused':
      return event.publisher === publisher && event.serial === serial;
    case 'received':
      return (
        event.publisher === publisher && event.serial === serial && (client === undefined || event.client === client)
      );
    case 'retainedRead':
      return event.found?.publisher === publisher && event.found?.serial === serial;
    case 'connecting':
    case 'connected':
    case 'connectionEnded':
    case 'disconnectRead':
      return event.client === client || event.client === publisher;
    case 'subscribing':
    case 'subscribed':
    case 'unsubscribing':
    case 'unsubscribed':
    default:
      return event.client === client;
  }
}

function inWords(event: TimedEvent): string {
  switch (event.type) {
    case 'brokerStarted':
      return `the broker is started (cycle ${event.cycle})`;
    case 'brokerListening':
      return 'the broker listens';
    case 'brokerKilled':
      return `kill -9 (cycle ${event.cycle}, ${event.during === 'start' ? 'while it started' : 'at work'})`;
    case 'connecting':
      return `${event.client} sends CONNECT with a will`;
    case 'connected': {
      const session = event.sessionPresent ? 'its session is there' : 'a new session';
      return `${event.client} is connected, ${session}${event.will === undefined ? '' : ', with a will'}`;
    }
    case 'connectionEnded':
      return `${event.client}'s connection ends: ${ENDS[event.by]}`;
    case 'disconnectRead':
      return `the broker closes ${event.client}'s connection after DISCONNECT`;
    case 'published':
      return `${event.publisher} sends message ${event.serial} to '${event.topic}', QoS ${event.qos}`;
    case 'acknowledged':
      return `${event.publisher} gets PUBACK or PUBREC for message ${event.serial}`;
    case 'completed':
      return `${event.publisher}'s exchange for message ${event.serial} is complete`;
    case 'refused':
      return `${event.publisher}'s message ${event.serial} is refused with 0x${event.reasonCode.toString(16)}`;
    case 'subscribing':
      return `${event.client} sends SUBSCRIBE to '${event.filter}', QoS ${event.qos}`;
    case 'subscribed':
      return `${event.client} gets SUBACK for '${event.filter}'`;
    case 'unsubscribing':
      return `${event.client} sends UNSUBSCRIBE from '${event.filter}'`;
    case 'unsubscribed':
      return `${event.client} gets UNSUBACK for '${event.filter}'`;
    case 'received':
      return `${event.client} receives ${event.publisher}'s message ${event.serial}, QoS ${event.qos}`;
    case 'retainedRead':
    default:
      return `a new subscriber finds ${event.found === undefined ? 'nothing' : `message ${event.found.serial}`} on '${event.topic}'`;
  }
}

const ENDS = { disconnect: 'it sent DISCONNECT', cut: 'it cut it', broker: 'the broker closed it or is dead' };
const LINES_MAX = 24;
