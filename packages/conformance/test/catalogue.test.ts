import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALL_CLIENT_TESTS, CATALOGUE, clientStatus, type StatementId } from '../src/index.ts';
import { ALL_TESTS } from '../src/tests/all-tests.ts';

/** The ids of both specifications, as the repository keeps them for every citation. */
const LISTED: Readonly<Record<'5.0' | '3.1.1', readonly string[]>> = JSON.parse(
  readFileSync(new URL('../../../tooling/tidy/statements.json', import.meta.url), 'utf8'),
);

/** The unnumbered rules of 5.0 and 3.1.1 that demand something testable. */
const HARD_RULES: readonly string[] = JSON.parse(readFileSync(new URL('./hard-rules.json', import.meta.url), 'utf8'));

/** Statements that had a test when this list was last written. It only grows. */
const TESTED: readonly string[] = JSON.parse(readFileSync(new URL('./tested.json', import.meta.url), 'utf8'));

/** The same for the tests of clients. */
const TESTED_OF_CLIENTS: readonly string[] = JSON.parse(
  readFileSync(new URL('./tested-of-clients.json', import.meta.url), 'utf8'),
);

describe('the catalogue', () => {
  const ids = CATALOGUE.map((statement) => statement.id);

  it('lists no statement twice', () => {
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('lists every numbered statement of both versions, and nothing that is not one', () => {
    const numbered = [
      ...LISTED['5.0'].filter((id) => id.startsWith('MQTT-')),
      ...LISTED['3.1.1'].filter((id) => id.startsWith('MQTT-')).map((id) => `v3 ${id}`),
    ];
    expect(numbered.filter((id) => !ids.some((listed) => listed === id))).toEqual([]);
    expect(ids.filter((id) => id.includes('MQTT-') && !numbered.includes(id))).toEqual([]);
  });

  it('lists every hard rule without a number', () => {
    expect(HARD_RULES.filter((id) => !ids.some((listed) => listed === id))).toEqual([]);
    expect(ids.filter((id) => id.includes('U-') && !HARD_RULES.includes(id))).toEqual([]);
  });

  it('is worded, and gives a reason wherever there is no test', () => {
    for (const { id, says, server } of CATALOGUE) {
      expect(says.length, id).toBeGreaterThan(15);
      if (server.kind === 'covered by') expect(ids, id).toContain(server.by);
    }
    for (const statement of CATALOGUE) {
      const status = clientStatus(statement);
      if (status.kind === 'covered by') expect(ids, statement.id).toContain(status.by);
    }
  });
});

describe.each([
  ['brokers', ALL_TESTS, TESTED, CATALOGUE.map((statement) => [statement.id, statement.server] as const)],
  [
    'clients',
    ALL_CLIENT_TESTS,
    TESTED_OF_CLIENTS,
    CATALOGUE.map((statement) => [statement.id, clientStatus(statement)] as const),
  ],
] as const)('the tests of %s', (_side, tests, testedBefore, statuses) => {
  const covered = new Set<StatementId>(tests.flatMap((test) => test.statements));

  it('have names of their own', () => {
    const names = tests.map((test) => test.id);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('cover what the catalogue calls tested, and nothing that it does not', () => {
    const tested = statuses.filter(([, { kind }]) => kind === 'tested').map(([id]) => id);
    expect(tested.filter((id) => !covered.has(id))).toEqual([]);
    expect([...covered].filter((id) => !tested.includes(id))).toEqual([]);
  });

  it('have a broken one for each statement that they claim, and for no other', () => {
    for (const test of tests) {
      const broken = new Set(test.mutants.flatMap((mutant) => mutant.breaks));
      expect(
        test.statements.filter((id) => !broken.has(id)),
        test.id,
      ).toEqual([]);
      expect(
        [...broken].filter((id) => !test.statements.includes(id)),
        test.id,
      ).toEqual([]);
    }
  });

  it('cover at least what they covered before', () => {
    expect(testedBefore.filter((id) => ![...covered].some((listed) => listed === id))).toEqual([]);
  });
});
