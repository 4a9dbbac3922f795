import { expect, it } from 'vitest';
import type { BrokerUnderTest } from '../brokers/broker-under-test.ts';
import { comparisonTable } from './comparison-table.ts';

const broker = (title: string): BrokerUnderTest => ({
  name: 'skua',
  title,
  supports: () => true,
  start: async () => Promise.reject(new Error('not started here')),
});

it('shows figures, ratios, floors, and what was missed', () => {
  const table = comparisonTable(
    [
      {
        scenario: 'qos0',
        title: '10 to 10',
        figure: 'cpuUs',
        medians: { Skua: 0.5, 'mosquitto 1': 5 },
        comparisons: [{ with: 'mosquitto 1', ratio: 10, floor: 12, met: false }],
        limit: undefined,
        notes: [],
      },
      {
        scenario: 'start',
        title: 'start',
        figure: 'startMs',
        medians: { Skua: 1234, 'mosquitto 1': undefined },
        comparisons: [{ with: 'mosquitto 1', ratio: undefined, floor: undefined, met: undefined }],
        limit: { value: 2000, met: true },
        notes: [],
      },
    ],
    [broker('Skua'), broker('mosquitto 1')],
  );
  expect(table).toBe(`\
| scenario | figure                 |  Skua | mosquitto 1 | Skua is better by                         | met |
| -------- | ---------------------- | ----: | ----------: | ----------------------------------------- | --- |
| 10 to 10 | CPU per delivery, µs   |  0.50 |        5.00 | **10.0×** mosquitto (floor 12.0×, missed) | no  |
| start    | start to listening, ms | 1,234 |           – | – mosquitto; ≤ 2,000                      | yes |`);
});
