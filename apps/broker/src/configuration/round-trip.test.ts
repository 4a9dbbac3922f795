import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LOG_TYPES, type LogDestination } from '../log.ts';
import {
  DEFAULT_CONFIGURATION,
  type Configuration,
  type ListenerAddress,
  type ListenerConfiguration,
} from './configuration.ts';
import { parseConfiguration } from './parse-configuration.ts';

/** Writes a configuration in mosquitto's syntax: the inverse of parseConfiguration, for this test. */
function printConfiguration(configuration: Configuration): string {
  const implicit = configuration.listeners.find((listener) => listener.implicit);
  return [
    ...(implicit === undefined ? [] : [...printImplicitAddress(implicit.address), ...printOptions(implicit)]),
    ...(configuration.allowAnonymous === undefined ? [] : [`allow_anonymous ${configuration.allowAnonymous}`]),
    `max_inflight_messages ${configuration.maxInflightMessages}`,
    `max_queued_messages ${configuration.maxQueuedMessages}`,
    `max_packet_size ${configuration.maxPacketSize}`,
    `max_keepalive ${configuration.maxKeepalive}`,
    `persistence ${configuration.persistence}`,
    `persistence_file ${configuration.persistenceFile}`,
    `persistence_location ${configuration.persistenceLocation}`,
    ...(configuration.store === undefined ? [] : [`store ${configuration.store}`]),
    `acknowledgement ${configuration.acknowledgement}`,
    ...configuration.relaxedTopics.map((filter) => `relaxed_topic ${filter}`),
    `store_flush_interval ${configuration.storeFlushInterval}`,
    `store_failure ${configuration.storeFailure}`,
    ...(configuration.persistentClientExpiration === undefined
      ? []
      : [`persistent_client_expiration ${configuration.persistentClientExpiration}s`]),
    'log_type none',
    ...[...configuration.logTypes].map((type) => `log_type ${type}`),
    'log_dest none',
    ...configuration.logDestinations.map((to) => `log_dest ${to.kind === 'file' ? `file ${to.path}` : to.kind}`),
    ...configuration.listeners.flatMap((listener) => (listener.implicit ? [] : printListener(listener))),
  ].join('\n');
}

function printListener(listener: ListenerConfiguration): string[] {
  return [`listener ${printAddress(listener.address)}`, ...printOptions(listener)];
}

function printAddress(address: ListenerAddress): string {
  if (address.kind === 'unix') return `0 ${address.path}`;
  return address.host === undefined ? `${address.port}` : `${address.port} ${address.host}`;
}

function printImplicitAddress(address: ListenerAddress): string[] {
  if (address.kind !== 'tcp') throw new Error('never implicit');
  return [`port ${address.port}`, ...(address.host === undefined ? [] : [`bind_address ${address.host}`])];
}

function printOptions({ protocol, tls, acknowledgement }: ListenerConfiguration): string[] {
  return [
    `protocol ${protocol}`,
    ...(acknowledgement === undefined ? [] : [`listener_acknowledgement ${acknowledgement}`]),
    ...(tls === undefined ? [] : [`certfile ${tls.certfile}`, `keyfile ${tls.keyfile}`]),
    ...(tls?.cafile === undefined ? [] : [`cafile ${tls.cafile}`]),
    ...(tls === undefined ? [] : [`require_certificate ${tls.requireCertificate}`]),
  ];
}

const path = fc
  .string({ minLength: 1, unit: fc.constantFrom('a', 'Z', '/', ' ', '#', '.', 'é', '"', '\\') })
  .filter((text) => text.trim() === text);
const host = fc.oneof(fc.ipV4(), fc.constantFrom('::1', 'fe80::1', 'localhost', 'broker.example'));
const tls = fc.option(
  fc.oneof(
    fc.record({ certfile: path, keyfile: path, cafile: path, requireCertificate: fc.boolean() }),
    fc.record({
      certfile: path,
      keyfile: path,
      cafile: fc.constant(undefined),
      requireCertificate: fc.constant(false),
    }),
  ),
  { nil: undefined },
);
const tcp = fc.record({
  kind: fc.constant('tcp' as const),
  host: fc.option(host, { nil: undefined }),
  port: fc.integer({ min: 1, max: 65_535 }),
});
const unix = fc.record({ kind: fc.constant('unix' as const), path });
const eitherAcknowledgement = fc.constantFrom('durable' as const, 'relaxed' as const);
const acknowledgement = fc.option(eitherAcknowledgement, { nil: undefined });
const tcpListener = fc.record({
  address: tcp,
  protocol: fc.constantFrom('mqtt' as const, 'websockets' as const),
  tls,
  acknowledgement,
});
const unixListener = fc.record({
  address: unix,
  protocol: fc.constant('mqtt' as const),
  tls: fc.constant(undefined),
  acknowledgement,
});
const listeners = fc
  .tuple(
    fc.uniqueArray(fc.oneof(tcpListener, unixListener), { selector: ({ address }) => printAddress(address) }),
    fc.option(tcpListener, { nil: undefined }),
  )
  .filter(
    ([some, last]) =>
      last === undefined || some.every((one) => printAddress(one.address) !== printAddress(last.address)),
  )
  .map(([some, last]) => [
    ...some.map((listener) => ({ ...listener, implicit: false, lines: new Map() })),
    ...(last === undefined ? [] : [{ ...last, implicit: true, lines: new Map() }]),
  ]);
const destination: fc.Arbitrary<LogDestination> = fc.oneof(
  fc.constantFrom({ kind: 'stdout' as const }, { kind: 'stderr' as const }),
  fc.record({ kind: fc.constant('file' as const), path }),
);
const configurations: fc.Arbitrary<Configuration> = fc.record({
  allowAnonymous: fc.option(fc.boolean(), { nil: undefined }),
  maxInflightMessages: fc.integer({ min: 0, max: 65_535 }),
  maxQueuedMessages: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  maxPacketSize: fc.integer({ min: 20, max: 268_435_460 }),
  maxKeepalive: fc.integer({ min: 0, max: 65_535 }),
  persistence: fc.boolean(),
  persistenceFile: path,
  persistenceLocation: path,
  store: fc.option(path, { nil: undefined }),
  acknowledgement: eitherAcknowledgement,
  relaxedTopics: fc.array(fc.constantFrom('a/#', '+', 'b c/+/d', '#')),
  storeFlushInterval: fc.integer({ min: 0, max: 60_000 }),
  storeFailure: fc.constantFrom('pause' as const, 'refuse' as const),
  persistentClientExpiration: fc.option(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { nil: undefined }),
  logTypes: fc.subarray([...LOG_TYPES]).map((types) => new Set(types)),
  logDestinations: fc.array(destination),
  listeners,
  lines: fc.constant(new Map()),
});

function withoutLines(configuration: Configuration): Configuration {
  const stripped = configuration.listeners.map((listener) => ({ ...listener, lines: new Map() }));
  return { ...configuration, listeners: stripped, lines: new Map() };
}

test('a configuration that is written down is read back as it was', () => {
  fc.assert(
    fc.property(configurations, (configuration) => {
      expect(withoutLines(parseConfiguration(printConfiguration(configuration), 'm.conf'))).toEqual(configuration);
    }),
  );
});

test('and so is the default', () => {
  const printed = printConfiguration(DEFAULT_CONFIGURATION);
  expect(withoutLines(parseConfiguration(printed, 'm.conf'))).toEqual(DEFAULT_CONFIGURATION);
});
