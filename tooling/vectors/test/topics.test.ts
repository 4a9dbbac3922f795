import { parseSubscriptionFilter, TopicError } from '@skua/topics';
import { expect, test } from 'vitest';
import { BAD_FILTERS, BAD_SHARED_FILTERS, GOOD_FILTERS, GOOD_SHARED_FILTERS } from '../src/cases/topic-filters.ts';

test.each([...GOOD_FILTERS, ...GOOD_SHARED_FILTERS])('%o is a Topic Filter', (filter) => {
  const { shareName, filter: rest } = parseSubscriptionFilter(filter);
  expect(shareName === undefined ? rest : `$share/${shareName}/${rest}`).toBe(filter);
});

test.each([...BAD_FILTERS, ...BAD_SHARED_FILTERS])('$filter is none', ({ filter, five }) => {
  let error: unknown;
  try {
    parseSubscriptionFilter(filter);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(TopicError);
  expect(five).toContain(error instanceof TopicError ? error.statement : undefined);
});
