import fc from 'fast-check';
import { assert, describe, expect, test } from 'vitest';
import { DEFAULT_CONFIGURATION, type ListenerConfiguration } from './configuration.ts';
import { ConfigurationError } from './configuration-error.ts';
import { DIRECTIVES } from './directives.ts';
import { MOSQUITTO_OPTIONS } from './mosquitto-options.ts';
import { parseConfiguration } from './parse-configuration.ts';

const parse = (...lines: string[]) => parseConfiguration(lines.join('\n'), 'm.conf');

function withoutLines({ address, protocol, tls, implicit }: ListenerConfiguration) {
  return { address, protocol, tls, implicit };
}

function problems(...lines: string[]): string[] {
  try {
    parse(...lines);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message.split('\n');
  }
  return [];
}

test('an empty file is the default', () => {
  expect(parse('', '# nothing')).toEqual(DEFAULT_CONFIGURATION);
});

describe('general options', () => {
  test('are read', () => {
    const configuration = parse(
      'allow_anonymous true',
      'max_inflight_messages 0',
      'max_queued_messages 5',
      'max_packet_size 20',
      'max_keepalive 60',
      'persistence 1',
      'persistence_file  a b.db ',
      'persistence_location /var/lib/mosquitto/',
      'persistent_client_expiration 2w',
    );
    expect(configuration).toMatchObject({
      allowAnonymous: true,
      maxInflightMessages: 0,
      maxQueuedMessages: 5,
      maxPacketSize: 20,
      maxKeepalive: 60,
      persistence: true,
      persistenceFile: 'a b.db',
      persistenceLocation: '/var/lib/mosquitto/',
      persistentClientExpiration: 1_209_600,
      listeners: [],
    });
  });

  test('the last of two numbers or switches counts', () => {
    expect(parse('max_keepalive 1', 'max_keepalive 2').maxKeepalive).toBe(2);
  });

  test('log_type and log_dest add up, from nothing', () => {
    const configuration = parse('log_type error', 'log_type debug', 'log_dest stdout', 'log_dest file /tmp/a b');
    expect([...configuration.logTypes]).toEqual(['error', 'debug']);
    expect(configuration.logDestinations).toEqual([{ kind: 'stdout' }, { kind: 'file', path: '/tmp/a b' }]);
  });

  test('log_type none and log_dest none take back what came before', () => {
    const configuration = parse('log_type all', 'log_type none', 'log_dest stdout', 'log_dest none');
    expect(configuration.logTypes.size).toBe(0);
    expect(configuration.logDestinations).toEqual([]);
    expect(parse('log_type all').logTypes.size).toBe(9);
  });
});

describe('listeners', () => {
  test('options bind to the listener above them', () => {
    const configuration = parse(
      'listener 1883 127.0.0.1',
      'listener 8883',
      'certfile s.pem',
      'keyfile s.key',
      'cafile ca.pem',
      'require_certificate true',
      'listener 8080 ::1',
      'protocol websockets',
      'listener 0 /run/skua sock',
    );
    expect(configuration.listeners.map(withoutLines)).toEqual([
      { address: { kind: 'tcp', host: '127.0.0.1', port: 1883 }, protocol: 'mqtt', tls: undefined, implicit: false },
      {
        address: { kind: 'tcp', host: undefined, port: 8883 },
        protocol: 'mqtt',
        tls: { certfile: 's.pem', keyfile: 's.key', cafile: 'ca.pem', requireCertificate: true },
        implicit: false,
      },
      { address: { kind: 'tcp', host: '::1', port: 8080 }, protocol: 'websockets', tls: undefined, implicit: false },
      { address: { kind: 'unix', path: '/run/skua sock' }, protocol: 'mqtt', tls: undefined, implicit: false },
    ]);
    expect([...(configuration.listeners[1]?.lines ?? [])]).toEqual([
      ['listener', 2],
      ['certfile', 3],
      ['keyfile', 4],
      ['cafile', 5],
      ['require_certificate', 6],
    ]);
  });

  test('each listener may say when it acknowledges', () => {
    const { acknowledgement, listeners } = parse(
      'acknowledgement relaxed',
      'listener 1884',
      'listener_acknowledgement durable',
      'listener 1885',
    );
    expect(acknowledgement).toBe('relaxed');
    expect(listeners.map((listener) => listener.acknowledgement)).toEqual(['durable', undefined]);
  });

  test('a listener option before the first listener opens one on port 1883', () => {
    const { listeners } = parse('protocol websockets', 'listener 1884');
    expect(listeners.map(({ address, protocol, implicit }) => ({ address, protocol, implicit }))).toEqual([
      { address: { kind: 'tcp', host: undefined, port: 1884 }, protocol: 'mqtt', implicit: false },
      { address: { kind: 'tcp', host: undefined, port: 1883 }, protocol: 'websockets', implicit: true },
    ]);
  });

  test.each(['protocol mqtt', 'require_certificate false'])('%s opens none: it is the default', (line) => {
    expect(parse(line).listeners).toEqual([]);
    expect(parse(line, 'listener 1884').listeners).toHaveLength(1);
  });

  test.each([
    [['port 1884'], undefined, 1884],
    [['bind_address localhost'], 'localhost', 1883],
    [['bind_address ::1', 'port 1884'], '::1', 1884],
    [['port 1884', 'port 1885', 'bind_address ::1'], '::1', 1885],
  ])('%j open the implicit listener', (lines, host, port) => {
    expect(parse(...lines).listeners.map(({ address }) => address)).toEqual([{ kind: 'tcp', host, port }]);
    expect(parse('listener 9999', ...lines).listeners).toHaveLength(2);
  });

  test('port 0 with an address is a port that the system picks, any number of times', () => {
    expect(parse('listener 0 127.0.0.1', 'listener 0 127.0.0.1').listeners).toHaveLength(2);
  });
});

describe('what is wrong is said with its place, what was found and what is allowed', () => {
  test.each([
    ['listner 1883', 'm.conf:1: "listner" is not an option; did you mean "listener"?'],
    ['Listener 1883', 'm.conf:1: "Listener" is not an option; did you mean "listener"?'],
    ['acl_fil x', 'm.conf:1: "acl_fil" is not an option; did you mean "acl_file"?'],
    ['acl_file x', 'm.conf:1: "acl_file" is an option of mosquitto that skua-broker does not read'],
    ['plugin_opt_x y', 'm.conf:1: "plugin_opt_x" is an option of mosquitto that skua-broker does not read'],
    ['wibble wobble', 'm.conf:1: "wibble" is not an option'],
    [' # comment', 'm.conf:1: "#": the # of a comment must be the first character of its line'],
    ['listener', 'm.conf:1: listener needs a value; allowed: a port from 1'],
    ['listener 0', 'm.conf:1: listener: found "0"; allowed: a port from 1 to 65535 with or without'],
    ['listener 65536', 'm.conf:1: listener: found "65536"; allowed: '],
    ['listener 1883 a b', 'm.conf:1: listener: found "1883 a b"; allowed: '],
    [
      'listener 1883 # plain',
      'm.conf:1: listener: found "1883 # plain"; allowed: a port from 1 to 65535 with or without an IP address or ' +
        'host name after it, or 0 and the path of a socket. A # begins a comment only as the first character of its line',
    ],
    ['protocol mqttsn', 'm.conf:1: protocol: found "mqttsn"; allowed: mqtt or websockets'],
    ['allow_anonymous yes', 'm.conf:1: allow_anonymous: found "yes"; allowed: true or false'],
    ['allow_anonymous True', 'm.conf:1: allow_anonymous: found "True"; allowed: true or false'],
    ['allow_anonymous toString', 'm.conf:1: allow_anonymous: found "toString"; allowed: true or false'],
    ['max_packet_size 19', 'm.conf:1: max_packet_size: found "19"; allowed: a whole number from 20 to 268435460 bytes'],
    [
      'max_inflight_messages -1',
      'm.conf:1: max_inflight_messages: found "-1"; allowed: a whole number from 0 to 65535',
    ],
    [
      'max_queued_messages 1e3',
      'm.conf:1: max_queued_messages: found "1e3"; allowed: a whole number from 0 to 2147483647',
    ],
    ['max_keepalive 65536', 'm.conf:1: max_keepalive: found "65536"; allowed: a whole number from 0 to 65535 seconds'],
    ['persistent_client_expiration 0d', 'm.conf:1: persistent_client_expiration: found "0d"; allowed: a whole number'],
    ['persistent_client_expiration 5', 'm.conf:1: persistent_client_expiration: found "5"; allowed: a whole number'],
    ['log_type loud', 'm.conf:1: log_type: found "loud"; allowed: debug, error, warning, notice, information, '],
    [
      'log_dest syslog',
      'm.conf:1: log_dest: found "syslog"; allowed: stdout, stderr, none, or file and a path (syslog',
    ],
    ['log_dest file', 'm.conf:1: log_dest: found "file"; allowed: '],
    ['relaxed_topic a/#/b', 'm.conf:1: relaxed_topic: found "a/#/b"; allowed: a Topic Filter'],
    ['acknowledgement fast', 'm.conf:1: acknowledgement: found "fast"; allowed: durable or relaxed'],
    ['acknowledgment relaxed', 'did you mean "acknowledgement"?'],
    ['store_failure drop', 'm.conf:1: store_failure: found "drop"; allowed: pause or refuse'],
    ['store_flush_interval 60001', 'allowed: a whole number from 0 to 60000 milliseconds'],
    ['port 0', 'm.conf:1: port: found "0"; allowed: a whole number from 1 to 65535'],
    ['bind_address a b', 'm.conf:1: bind_address: found "a b"; allowed: an IP address or a host name'],
    ['certfile a\0b', 'm.conf:1: certfile: found "a\0b"; allowed: the path of a PEM file'],
  ])('%j', (line, expected) => {
    const found = problems(line);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  test('options that need each other', () => {
    expect(problems('listener 1', 'certfile a')).toEqual(['m.conf:2: certfile needs keyfile as well']);
    expect(problems('listener 1', 'keyfile a')).toEqual(['m.conf:2: keyfile needs certfile as well']);
    expect(problems('listener 1', 'cafile a')).toEqual([
      'm.conf:2: cafile needs certfile and keyfile: without them the listener is not encrypted',
    ]);
    expect(problems('listener 1', 'certfile a', 'keyfile a', 'require_certificate true')).toEqual([
      'm.conf:4: require_certificate needs cafile: the authorities that client certificates are checked against',
    ]);
    expect(problems('listener 0 /s', 'protocol websockets')).toEqual([
      'm.conf:2: protocol websockets is not available on a Unix socket',
    ]);
    expect(problems('listener 0 /s', 'certfile a', 'keyfile a')).toEqual([
      'm.conf:2: certfile is not available on a Unix socket',
    ]);
  });

  test('what may be given once', () => {
    expect(problems('persistence_file a', '', 'persistence_file b')).toEqual([
      'm.conf:3: persistence_file was already given on line 1',
    ]);
    expect(problems('listener 1', 'certfile a', 'keyfile k', 'listener 2', 'certfile a', 'keyfile k')).toEqual([]);
    expect(problems('listener 1883', 'listener 1883')).toEqual(['m.conf:2: port 1883 was already opened on line 1']);
    expect(problems('listener 1883', 'port 1883')).toEqual(['m.conf:2: port 1883 was already opened on line 1']);
    expect(problems('listener 1883 ::1', 'listener 1883 127.0.0.1')).toEqual([]);
  });

  test('all problems of a file at once, in the order of its lines', () => {
    expect(problems('listener x', 'protocol x', 'nope', 'listener 0 s', 'certfile a', 'max_keepalive')).toEqual([
      expect.stringContaining('m.conf:1: listener: found "x"'),
      expect.stringContaining('m.conf:2: protocol: found "x"'),
      expect.stringContaining('m.conf:3: "nope"'),
      expect.stringContaining('m.conf:5: certfile needs keyfile'),
      expect.stringContaining('m.conf:6: max_keepalive needs a value'),
    ]);
  });
});

test('no name is both read and said not to be read', () => {
  for (const { name } of DIRECTIVES) expect(MOSQUITTO_OPTIONS.has(name)).toBe(false);
  expect(new Set(DIRECTIVES.map(({ name }) => name)).size).toBe(DIRECTIVES.length);
});

describe('properties', () => {
  const name = fc.constantFrom(...DIRECTIVES.map((directive) => directive.name), 'acl_file', 'listner', '#', '');
  const word = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('true', '0', '1883', '-1', 'file', 'all', '::1', '/s', '14d', '1e9', '0x10', 'mqtt'),
  );
  const anyLine = fc.tuple(name, fc.array(word, { maxLength: 3 })).map(([n, words]) => [n, ...words].join(' '));

  test('random text is read or refused with a ConfigurationError, and nothing else is thrown', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(anyLine).map((all) => all.join('\n')),
        ),
        (text) => {
          try {
            parseConfiguration(text, 'm.conf');
          } catch (error) {
            assert(error instanceof ConfigurationError);
            expect(error.problems.length).toBeGreaterThan(0);
          }
        },
      ),
    );
  });

  test('a problem names a line of the file', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { minLength: 1 }), (lines) => {
        const text = lines.join('\n');
        try {
          parseConfiguration(text, 'm.conf');
        } catch (error) {
          assert(error instanceof ConfigurationError);
          for (const { line } of error.problems) {
            expect(line).toBeGreaterThanOrEqual(1);
            expect(line).toBeLessThanOrEqual(text.split('\n').length);
          }
        }
      }),
    );
  });
});
