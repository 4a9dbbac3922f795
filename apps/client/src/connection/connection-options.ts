import type { OptionGroup } from '../command-line/option.ts';
import { oneOf, wholeNumber } from '../command-line/parse-options.ts';
import { PROPERTY_OPTION } from '../command-line/property-option.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { FOREVER, type ConnectionSettings } from './connection-settings.ts';
import { parseProxy } from './proxy-url.ts';
import { checkedTopicName } from './topic-argument.ts';

/** Where the server is and how to reach it; every command that connects has these. */
export const NETWORK_OPTIONS: OptionGroup<ConnectionSettings> = {
  title: 'Server',
  options: [
    {
      names: ['-h', '--host'],
      values: ['HOST'],
      help: 'The name or address of the server; localhost unless given.',
      apply: (settings, [host]) => {
        settings.host = host;
        settings.unixPath = undefined;
      },
    },
    {
      names: ['-p', '--port'],
      values: ['PORT'],
      help: 'Its port; 1883 unless given, 8883 with TLS.',
      apply: (settings, [port = ''], name) => {
        settings.port = wholeNumber(name, port, 0, 65_535);
      },
    },
    {
      names: ['--unix', '--socket'],
      values: ['PATH'],
      help: 'Connects to a Unix domain socket.',
      completes: 'file',
      apply: (settings, [path]) => {
        settings.unixPath = path;
      },
    },
    {
      names: ['--ws', '--websocket'],
      values: [],
      help: 'Connects over a WebSocket.',
      apply: (settings) => {
        settings.transport = 'websocket';
      },
    },
    {
      names: ['--ws-path'],
      values: ['PATH'],
      help: 'The path of the WebSocket; /mqtt unless given.',
      apply: (settings, [path = '']) => {
        settings.webSocketPath = path.startsWith('/') ? path : `/${path}`;
      },
    },
    {
      names: ['-A', '--bind'],
      values: ['ADDRESS'],
      help: 'Leaves from this address of this machine.',
      apply: (settings, [address]) => {
        settings.bindAddress = address;
      },
    },
    {
      names: ['-S', '--srv'],
      values: [],
      help: 'Asks the name service for _mqtt._tcp.HOST (with TLS _secure-mqtt._tcp.HOST) and connects to what it says.',
      apply: (settings) => {
        settings.useSrv = true;
      },
    },
    {
      names: ['--proxy'],
      values: ['URL'],
      help: 'Connects through a SOCKS5 proxy: socks5h://[user[:password]@]host[:port]; the proxy resolves names.',
      apply: (settings, [url = '']) => {
        settings.proxy = parseProxy(url);
      },
    },
    {
      names: ['--nodelay'],
      values: [],
      help: 'Accepted; small packets always leave at once.',
      apply: () => {},
    },
    {
      names: ['--connect-timeout'],
      values: ['SECONDS'],
      help: 'How long one attempt to connect may take; 30 unless given.',
      apply: (settings, [seconds = ''], name) => {
        settings.connectTimeout = wholeNumber(name, seconds, 1, 86_400);
      },
    },
    {
      names: ['--retry'],
      values: [],
      help: 'Keeps trying when the first connection fails. A connection that is lost later is always made again.',
      apply: (settings) => {
        settings.retry = true;
      },
    },
  ],
};

/** Who the client is and what it asks for in CONNECT. */
export const SESSION_OPTIONS: OptionGroup<ConnectionSettings> = {
  title: 'Client and session',
  options: [
    {
      names: ['-u', '--username'],
      values: ['NAME'],
      help: 'The user name.',
      apply: (settings, [name]) => {
        settings.userName = name;
      },
    },
    {
      names: ['-P', '--pw', '--password'],
      values: ['PASSWORD'],
      help: 'The password. Others on this machine can see it; an options file hides it.',
      apply: (settings, [password]) => {
        settings.password = password;
      },
    },
    {
      names: ['-i', '--id', '--client-id'],
      values: ['ID'],
      help: 'The client identifier; one is made up, or in 5.0 left to the server, unless given.',
      apply: (settings, [id]) => {
        if (settings.clientIdentifierPrefix !== undefined) throw new UsageError('-i and -I exclude each other.');
        settings.clientIdentifier = id;
      },
    },
    {
      names: ['-I', '--id-prefix', '--client-id-prefix'],
      values: ['PREFIX'],
      help: 'A client identifier made of this and the process id.',
      apply: (settings, [prefix]) => {
        if (settings.clientIdentifier !== undefined) throw new UsageError('-i and -I exclude each other.');
        settings.clientIdentifierPrefix = prefix;
      },
    },
    {
      names: ['-V', '--protocol-version', '--mqtt'],
      values: ['VERSION'],
      help: 'The version of MQTT: 5 (mqttv5, 5.0), 311 (mqttv311, 3.1.1) or 31 (mqttv31, 3.1).',
      completes: ['5', '311', '31'],
      apply: (settings, [version = ''], name) => {
        const known = VERSIONS[version];
        if (known === undefined) throw new UsageError(`${name}: found "${version}"; allowed: 5, 311, 31.`);
        settings.protocolVersion = known;
      },
    },
    {
      names: ['-k', '--keepalive'],
      values: ['SECONDS'],
      help: 'Keep Alive, 5 to 65535; 60 unless given.',
      apply: (settings, [seconds = ''], name) => {
        settings.keepAlive = wholeNumber(name, seconds, 5, 65_535);
      },
    },
    {
      names: ['-c', '--disable-clean-session', '--persistent'],
      values: [],
      help: 'Takes up the session that the server has kept, and lets it keep this one. Needs -i.',
      apply: (settings) => {
        settings.cleanStart = false;
      },
    },
    {
      names: ['-x', '--session-expiry'],
      values: ['SECONDS'],
      help:
        'Session Expiry Interval of 5.0: how long the server keeps the session after the end; -1 or ∞ is for ever.' +
        ' For ever with -c unless given, otherwise 0.',
      apply: (settings, [seconds = ''], name) => {
        const endless = seconds === '∞' || seconds === '-1';
        settings.sessionExpiryInterval = endless ? FOREVER : wholeNumber(name, seconds, 0, FOREVER);
      },
    },
    {
      names: ['-M', '--max-inflight'],
      values: ['COUNT'],
      help: 'How many QoS 1 and 2 messages may wait for an acknowledgement at a time; 20 unless given.',
      apply: (settings, [count = ''], name) => {
        settings.maximumInflight = wholeNumber(name, count, 1, 65_535);
      },
    },
    PROPERTY_OPTION,
    {
      names: ['--will-topic'],
      values: ['TOPIC'],
      help: 'The server publishes a will there when this client is lost.',
      apply: (settings, [topic = ''], name) => {
        settings.will.topic = checkedTopicName(name, topic);
      },
    },
    {
      names: ['--will-payload'],
      values: ['TEXT'],
      help: 'The payload of the will; empty unless given.',
      apply: (settings, [payload]) => {
        settings.will.payload = payload;
      },
    },
    {
      names: ['--will-qos'],
      values: ['QOS'],
      help: 'The QoS of the will; 0 unless given.',
      completes: ['0', '1', '2'],
      apply: (settings, [qos = ''], name) => {
        settings.will.qos = readQos(name, qos);
      },
    },
    {
      names: ['--will-retain'],
      values: [],
      help: 'The will is retained.',
      apply: (settings) => {
        settings.will.retain = true;
      },
    },
  ],
};

/** What every command that connects says of its own doings. */
export const TALK_OPTIONS: OptionGroup<ConnectionSettings> = {
  title: 'Messages of the program',
  options: [
    {
      names: ['-d', '--debug'],
      values: [],
      help: 'Writes every packet, and the stack of an error, to stderr.',
      apply: (settings) => {
        settings.debug = true;
      },
    },
    {
      names: ['--quiet'],
      values: [],
      help: 'Writes no errors at run time.',
      apply: (settings) => {
        settings.quiet = true;
      },
    },
  ],
};

/** A QoS as text. */
export function readQos(name: string, text: string): 0 | 1 | 2 {
  return QOS[oneOf(name, text, ['0', '1', '2'])];
}

const QOS = { 0: 0, 1: 1, 2: 2 } as const;
const VERSIONS: Readonly<Record<string, 3 | 4 | 5>> = {
  5: 5,
  mqttv5: 5,
  '5.0': 5,
  311: 4,
  mqttv311: 4,
  '3.1.1': 4,
  31: 3,
  mqttv31: 3,
  '3.1': 3,
};
