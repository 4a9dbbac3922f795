import { expect, test } from 'vitest';
import { DEFAULT_CONFIGURATION } from './configuration/configuration.ts';
import { parseConfiguration } from './configuration/parse-configuration.ts';
import { planListeners } from './plan-listeners.ts';

const addresses = (text: string, ports: readonly number[]) =>
  planListeners(parseConfiguration(text, 'm.conf'), ports).listeners.map(({ address }) => address);

test('without a configuration: this machine, the default port, anonymous clients', () => {
  const plan = planListeners(DEFAULT_CONFIGURATION, []);
  expect(plan).toMatchObject({ localOnly: true, anonymousAllowed: true, portsIgnored: false });
  expect(plan.listeners.map(({ address }) => address)).toEqual([{ kind: 'tcp', host: '127.0.0.1', port: 1883 }]);
});

test('ports of the command line take the place of the default one', () => {
  expect(addresses('max_keepalive 60', [1884, 1885])).toEqual([
    { kind: 'tcp', host: '127.0.0.1', port: 1884 },
    { kind: 'tcp', host: '127.0.0.1', port: 1885 },
  ]);
});

test('a listener in the file: all interfaces, no anonymous clients, and no ports of the command line', () => {
  expect(addresses('listener 1884', [1885])).toEqual([{ kind: 'tcp', host: undefined, port: 1884 }]);
  const plan = planListeners(parseConfiguration('listener 1884', 'm.conf'), [1885]);
  expect(plan).toMatchObject({ localOnly: false, anonymousAllowed: false, portsIgnored: true });
});

test.each(['port 1884', 'protocol websockets'])('the implicit listener of %s counts as one', (line) => {
  const plan = planListeners(parseConfiguration(line, 'm.conf'), []);
  expect(plan).toMatchObject({ localOnly: false, anonymousAllowed: false });
});

test.each([
  ['allow_anonymous false', false],
  ['allow_anonymous true\nlistener 1884', true],
])('allow_anonymous decides where it is given: %j', (text, allowed) => {
  expect(planListeners(parseConfiguration(text, 'm.conf'), []).anonymousAllowed).toBe(allowed);
});
