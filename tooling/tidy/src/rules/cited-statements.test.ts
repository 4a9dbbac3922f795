import { describe, expect, test } from 'vitest';
import { citedStatements } from './cited-statements.ts';

const STATEMENTS = { '5.0': ['MQTT-4.3.2-4', 'U-2.2.2.2-1'], '3.1.1': ['MQTT-4.3.2-2', 'U-3.1.2.4-1'] };
const findings = (text: string): readonly string[] =>
  citedStatements(new Map([['packages/a/src/a.ts', text]]), STATEMENTS).map(({ message }) => message);

describe('statements that exist', () => {
  test.each([
    '// [MQTT-4.3.2-4]',
    '// [MQTT-4.3.2-4, v3 MQTT-4.3.2-2]',
    "statement: 'U-2.2.2.2-1'",
    '[v3 U-3.1.2.4-1]',
    'MQTT-5.0 and MQTT-SN are no statements',
  ])('%s', (text) => {
    expect(findings(text)).toEqual([]);
  });
});

describe('statements that do not exist', () => {
  test.each([
    ['[MQTT-9.9.9-1]', 'no statement MQTT-9.9.9-1'],
    ['[MQTT-4.3.2-2]', 'no statement MQTT-4.3.2-2'],
    ['[v3 MQTT-4.3.2-4]', 'no statement v3 MQTT-4.3.2-4'],
    ["statement: 'v3 U-2.2.2.2-1'", 'no statement v3 U-2.2.2.2-1'],
    ['[MQTT-4.3]', 'no statement MQTT-4.3'],
  ])('%s', (text, expected) => {
    expect(findings(text)).toEqual([expected]);
  });
});

describe('lists by version', () => {
  test('are read by version', () => {
    expect(findings('{ "5.0": ["MQTT-4.3.2-4"], "3.1.1": ["MQTT-4.3.2-2"] }')).toEqual([]);
    expect(findings('{ "5.0": ["MQTT-4.3.2-4"], "3.1.1": ["MQTT-4.3.2-9"] }')).toEqual(['no statement MQTT-4.3.2-9']);
    expect(findings('{ "5.0": ["MQTT-4.3.2-2"] }')).toEqual(['no statement MQTT-4.3.2-2']);
  });
});
