import { LOG_TYPES, type LogDestination, type LogType } from '../log.ts';
import { DEFAULT_PORT } from './configuration.ts';
import { currentListener, listenerDraft, type ConfigurationDraft, type ListenerDraft } from './configuration-draft.ts';
import {
  booleanValue,
  choiceValue,
  durationValue,
  hostValue,
  integerValue,
  listenerValue,
  logDestinationValue,
  logTypeValue,
  textValue,
  topicFilterValue,
  type ValueType,
} from './value-type.ts';

/** One option of the configuration file: everything that the parser and the documentation know of it. */
export interface Directive {
  readonly name: string;
  /**
   * What it binds to: the whole broker, the listener above it, the listener that it opens itself, or the implicit one
   * wherever it is written.
   */
  readonly scope: 'general' | 'listener' | 'new listener' | 'implicit listener';
  /** A second line of it in the same scope: the last one counts, adds to the first, or is an error. */
  readonly repeat: 'last' | 'adds' | 'error';
  /** What its value may be. */
  readonly allowed: string;
  /** What holds without it. */
  readonly default: string;
  /** What it does, in a sentence for operators. */
  readonly meaning: string;
  /** Writes the value to the draft. Returns false, and changes nothing, when the value is not allowed. */
  apply(draft: ConfigurationDraft, value: string): boolean;
}

interface Entry<T> extends Omit<Directive, 'scope' | 'allowed' | 'apply'> {
  readonly type: ValueType<T>;
}

function directive<T>(
  scope: Directive['scope'],
  { type, ...entry }: Entry<T>,
  assign: (draft: ConfigurationDraft, value: T) => void,
): Directive {
  return {
    ...entry,
    scope,
    allowed: type.allowed,
    apply(draft, text) {
      const value = type.parse(text);
      if (value === undefined) return false;
      assign(draft, value);
      return true;
    },
  };
}

/** A directive of the whole broker. */
function general<T>(entry: Entry<T>, assign: (general: ConfigurationDraft['general'], value: T) => void): Directive {
  return directive('general', entry, (draft, value) => assign(draft.general, value));
}

/** A directive of the last listener above it. */
function listener<T>(entry: Entry<T>, assign: (listener: ListenerDraft, value: T) => void): Directive {
  return directive('listener', entry, (draft, value) => assign(currentListener(draft), value));
}

const file = textValue('the path of a PEM file');
const count = integerValue(0, 2 ** 31 - 1);

/** Every directive that is read, in the order of the documentation. The parser knows no other names. */
export const DIRECTIVES: readonly Directive[] = [
  directive(
    'new listener',
    {
      name: 'listener',
      type: listenerValue,
      repeat: 'adds',
      default: '127.0.0.1 and [::1], port 1883',
      meaning: 'Opens a listener, on all interfaces unless an address is given. Listener options after it bind to it.',
    },
    (draft, address) => draft.listeners.push(listenerDraft(address)),
  ),
  listener(
    {
      name: 'protocol',
      type: choiceValue('mqtt', 'websockets'),
      repeat: 'last',
      default: 'mqtt',
      meaning: 'MQTT straight over the connection, or inside WebSocket.',
    },
    (target, value) => (target.protocol = value),
  ),
  listener(
    {
      name: 'certfile',
      type: file,
      repeat: 'error',
      default: 'not encrypted',
      meaning: 'The certificate of the server, with the intermediate ones after it.',
    },
    (target, value) => (target.certfile = value),
  ),
  listener(
    {
      name: 'keyfile',
      type: file,
      repeat: 'error',
      default: 'not encrypted',
      meaning: 'The private key of `certfile`.',
    },
    (target, value) => (target.keyfile = value),
  ),
  listener(
    {
      name: 'cafile',
      type: file,
      repeat: 'error',
      default: 'none',
      meaning: 'The authorities that client certificates are checked against.',
    },
    (target, value) => (target.cafile = value),
  ),
  listener(
    {
      name: 'require_certificate',
      type: booleanValue,
      repeat: 'last',
      default: 'false',
      meaning: 'Whether a client must show a certificate signed by an authority in `cafile`.',
    },
    (target, value) => (target.requireCertificate = value),
  ),
  listener(
    {
      name: 'listener_acknowledgement',
      type: choiceValue('durable', 'relaxed'),
      repeat: 'last',
      default: 'what `acknowledgement` says',
      meaning: 'As `acknowledgement`, for the clients of this listener. Not an option of mosquitto.',
    },
    (target, value) => (target.acknowledgement = value),
  ),
  directive(
    'implicit listener',
    {
      name: 'port',
      type: integerValue(1, 65_535),
      repeat: 'last',
      default: '1883',
      meaning: 'The port of the implicit listener, which it opens. Prefer `listener`.',
    },
    ({ implicit }, port) => (implicit.address = { kind: 'tcp', host: implicitAddress(implicit).host, port }),
  ),
  directive(
    'implicit listener',
    {
      name: 'bind_address',
      type: hostValue,
      repeat: 'error',
      default: 'all interfaces',
      meaning: 'The address of the implicit listener, which it opens. Prefer `listener`.',
    },
    ({ implicit }, host) => (implicit.address = { kind: 'tcp', host, port: implicitAddress(implicit).port }),
  ),
  general(
    {
      name: 'allow_anonymous',
      type: booleanValue,
      repeat: 'last',
      default: 'false; true when the file opens no listener',
      meaning: 'Whether clients without a user name may connect.',
    },
    (target, value) => (target.allowAnonymous = value),
  ),
  general(
    {
      name: 'max_inflight_messages',
      type: integerValue(0, 65_535),
      repeat: 'last',
      default: '1000; mosquitto: 20',
      meaning: 'QoS 1 and 2 messages under way to one client at a time; 0: no limit.',
    },
    (target, value) => (target.maxInflightMessages = value),
  ),
  general(
    {
      name: 'max_queued_messages',
      type: count,
      repeat: 'last',
      default: '1000',
      meaning: 'QoS 1 and 2 messages that wait for one client beyond those in flight; 0: no limit.',
    },
    (target, value) => (target.maxQueuedMessages = value),
  ),
  general(
    {
      name: 'max_packet_size',
      type: integerValue(20, 268_435_460, ' bytes'),
      repeat: 'last',
      default: '2000000',
      meaning: 'A client that sends a larger packet is disconnected. 5.0 clients are told the limit.',
    },
    (target, value) => (target.maxPacketSize = value),
  ),
  general(
    {
      name: 'max_keepalive',
      type: integerValue(0, 65_535, ' seconds'),
      repeat: 'last',
      default: '0',
      meaning: 'The longest Keep Alive; 0: no limit. 5.0 clients get this one instead, 3.1 and 3.1.1 are refused.',
    },
    (target, value) => (target.maxKeepalive = value),
  ),
  general(
    {
      name: 'persistence',
      type: booleanValue,
      repeat: 'last',
      default: 'false',
      meaning: 'Whether sessions, their messages and retained messages are on the disk before they are acknowledged.',
    },
    (target, value) => (target.persistence = value),
  ),
  general(
    {
      name: 'persistence_file',
      type: textValue('the name of a file'),
      repeat: 'error',
      default: 'mosquitto.db',
      meaning: 'Accepted; the store is a folder of its own, and this file is neither read nor written.',
    },
    (target, value) => (target.persistenceFile = value),
  ),
  general(
    {
      name: 'persistence_location',
      type: textValue('the path of a folder'),
      repeat: 'error',
      default: 'the working folder',
      meaning: 'Where the folder `skua-store` is.',
    },
    (target, value) => (target.persistenceLocation = value),
  ),
  general(
    {
      name: 'store',
      type: textValue('the path of a folder'),
      repeat: 'error',
      default: 'skua-store in persistence_location',
      meaning: 'Where the store is, for `persistence true`. Made if it is not there.',
    },
    (target, value) => (target.store = value),
  ),
  general(
    {
      name: 'acknowledgement',
      type: choiceValue('durable', 'relaxed'),
      repeat: 'last',
      default: 'durable',
      meaning:
        'Whether acknowledgements wait for the store; `relaxed`: a crash loses some. Not an option of mosquitto.',
    },
    (target, value) => (target.acknowledgement = value),
  ),
  general(
    {
      name: 'relaxed_topic',
      type: topicFilterValue,
      repeat: 'adds',
      default: 'none',
      meaning: 'Messages on these topics are acknowledged as if `relaxed`. Not an option of mosquitto.',
    },
    (target, value) => (target.relaxedTopics = [...target.relaxedTopics, value]),
  ),
  general(
    {
      name: 'store_flush_interval',
      type: integerValue(0, 60_000, ' milliseconds'),
      repeat: 'last',
      default: '100',
      meaning: 'How long changes for which nobody waits may gather; a crash forgets them. Not an option of mosquitto.',
    },
    (target, value) => (target.storeFlushInterval = value),
  ),
  general(
    {
      name: 'store_failure',
      type: choiceValue('pause', 'refuse'),
      repeat: 'last',
      default: 'pause',
      meaning:
        'While the store takes nothing, publishers wait, or 5.0 clients get 0x97 (others wait). Not an option of mosquitto.',
    },
    (target, value) => (target.storeFailure = value),
  ),
  general(
    {
      name: 'autosave_interval',
      type: count,
      repeat: 'last',
      default: 'none',
      meaning: 'Accepted and not needed: every change is stored at once.',
    },
    () => {},
  ),
  general(
    {
      name: 'autosave_on_changes',
      type: booleanValue,
      repeat: 'last',
      default: 'none',
      meaning: 'Accepted and not needed: every change is stored at once.',
    },
    () => {},
  ),
  general(
    {
      name: 'persistent_client_expiration',
      type: durationValue,
      repeat: 'last',
      default: 'never',
      meaning: 'How long the session of an absent client is kept at the most.',
    },
    (target, value) => (target.persistentClientExpiration = value),
  ),
  general(
    {
      name: 'log_type',
      type: logTypeValue,
      repeat: 'adds',
      default: 'error, warning, notice and information',
      meaning: 'A kind of log lines to write. The first line replaces the default.',
    },
    addLogType,
  ),
  general(
    {
      name: 'log_dest',
      type: logDestinationValue,
      repeat: 'adds',
      default: 'stderr',
      meaning: 'Where log lines go. The first line replaces the default.',
    },
    addLogDestination,
  ),
];

function addLogType(target: ConfigurationDraft['general'], type: LogType | 'all' | 'none'): void {
  target.logTypes ??= new Set();
  if (type === 'none') target.logTypes.clear();
  for (const added of type === 'all' ? LOG_TYPES : LOG_TYPES.filter((known) => known === type)) {
    target.logTypes.add(added);
  }
}

function addLogDestination(target: ConfigurationDraft['general'], destination: LogDestination | 'none'): void {
  if (destination === 'none') target.logDestinations = [];
  else (target.logDestinations ??= []).push(destination);
}

/** `port` and `bind_address` come in either order and each keeps what the other set. */
function implicitAddress({ address }: ListenerDraft): { readonly host: string | undefined; readonly port: number } {
  return address?.kind === 'tcp' ? address : { host: undefined, port: DEFAULT_PORT };
}
