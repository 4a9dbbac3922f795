import { filterAt } from '../topics-workload.ts';
import { Client, type ClientOptions } from './client.ts';

/** Subscribes `count` filters in all, by as many sessions as it takes: a third exact, a third with `+`, a third with `#`. */
export async function subscribeOthers(
  count: number,
  options: (clientIdentifier: string) => ClientOptions,
): Promise<Client[]> {
  const sessions: Client[] = [];
  for (let first = 0; first < count; first += FILTERS_EACH) {
    const session = new Client(options(`other-${sessions.length}`));
    sessions.push(session);
    await session.connect();
    const end = Math.min(count, first + FILTERS_EACH);
    for (let from = first; from < end; from += FILTERS_IN_PACKET) {
      const length = Math.min(FILTERS_IN_PACKET, end - from);
      const filters = Array.from({ length }, (_, i) => filterAt(from + i, count, 'one'));
      await session.subscribe(filters, 0);
    }
  }
  return sessions;
}

/** Skua's default limit for one client. */
const FILTERS_EACH = 10_000;
const FILTERS_IN_PACKET = 500;
