import { createServer, type Server } from '@skua/server';
import { ListenError, type Listener, type ListenerAddress } from '@skua/transport';
import { tcpListener, unixListener, webSocketListener, type TlsListenerOptions } from '@skua/transport-node';
import { brokerOptions } from './broker-options.ts';
import { DEFAULT_PORT, type Configuration, type ListenerConfiguration } from './configuration/configuration.ts';
import { eventLine } from './event-line.ts';
import type { Log } from './log.ts';
import { openStore } from './open-store.ts';
import { IPV6_LOOPBACK, planListeners, type ListenerPlan } from './plan-listeners.ts';

/** What a broker is started with. */
export interface BrokerSetup {
  readonly configuration: Configuration;
  /** The path of the configuration file, for messages; undefined: there is none. */
  readonly file: string | undefined;
  /** The certificates and keys of the listeners that have them. */
  readonly tls: ReadonlyMap<ListenerConfiguration, TlsListenerOptions>;
  /** The ports of the command line. */
  readonly ports: readonly number[];
  readonly log: Log;
}

/** A broker that listens. */
export interface RunningBroker {
  readonly addresses: readonly ListenerAddress[];
  readonly anonymousAllowed: boolean;
  /** Tells the clients, closes their connections and stops to listen. */
  close(): Promise<void>;
}

/**
 * Starts a broker.
 *
 * @throws {@link ListenError} when it cannot listen on all that is configured; then it listens on nothing. {@link StoreError}
 *   when the store cannot be used. The message says what to do.
 */
export async function startBroker(setup: BrokerSetup): Promise<RunningBroker> {
  const { configuration, log } = setup;
  const plan = planListeners(configuration, setup.ports);
  writeCautions(setup, plan);
  const store = await openStore(configuration, log);
  const server = createServer({
    broker: brokerOptions(configuration),
    limits: { journalFlushMs: configuration.storeFlushInterval },
    ...(store === undefined ? {} : { store }),
    onEvent(event) {
      const { type, text } = eventLine(event);
      for (const line of text.trimEnd().split('\n')) log.write(type, line);
    },
  });
  try {
    const addresses = await listenOnAll(server, setup, plan);
    return { addresses, anonymousAllowed: plan.anonymousAllowed, close: () => server.close() };
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function listenOnAll(server: Server, setup: BrokerSetup, plan: ListenerPlan): Promise<ListenerAddress[]> {
  const addresses: ListenerAddress[] = [];
  const listen = async (listener: ListenerConfiguration): Promise<void> => {
    const { acknowledgement } = listener;
    const options = {
      name: listenerName(listener),
      anonymousAllowed: plan.anonymousAllowed,
      ...(acknowledgement === undefined ? {} : { acknowledgement }),
    };
    addresses.push(...(await server.listen(nodeListener(listener, setup), options)));
  };
  for (const listener of plan.listeners) {
    try {
      await listen(listener);
      if (!plan.localOnly) continue;
      // The system picks one port for both addresses.
      const port = addresses.at(-1)?.port ?? DEFAULT_PORT;
      await listen({ ...listener, address: { kind: 'tcp', host: IPV6_LOOPBACK, port } }).catch((error: unknown) => {
        const reason = whyDispensable(error, listener.address);
        if (reason === undefined) throw error;
        setup.log.write('notice', `${reason}: not listening on [${IPV6_LOOPBACK}]:${port}`);
      });
    } catch (error) {
      throw withAdvice(error, listener, setup, plan);
    }
  }
  return addresses;
}

function nodeListener(listener: ListenerConfiguration, { configuration, tls: loaded }: BrokerSetup): Listener {
  const { address, protocol } = listener;
  if (address.kind === 'unix') return unixListener({ path: address.path });
  const { host, port } = address;
  const tls = loaded.get(listener);
  if (protocol === 'mqtt') return tcpListener({ host, port, tls });
  // A client may put several packets into one message.
  const maxPayload = configuration.maxPacketSize + WEB_SOCKET_MESSAGE_ROOM_BYTES;
  return webSocketListener({ host, port, tls, maxPayload });
}

/** What the log calls a listener. */
function listenerName({ address }: ListenerConfiguration): string {
  if (address.kind === 'unix') return address.path;
  return address.host?.includes(':') ? `[${address.host}]:${address.port}` : `${address.host ?? '*'}:${address.port}`;
}

/** Why the broker may do without the IPv6 address beside `wanted`; undefined: it may not. */
function whyDispensable(error: unknown, wanted: ListenerConfiguration['address']): string | undefined {
  if (!(error instanceof ListenError)) return undefined;
  const { code } = error;
  if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return 'IPv6 is not available on this machine';
  const picked = wanted.kind === 'tcp' && wanted.port === 0;
  return code === 'EADDRINUSE' && picked ? 'The port that the system picked is taken there' : undefined;
}

function withAdvice(error: unknown, listener: ListenerConfiguration, setup: BrokerSetup, plan: ListenerPlan): unknown {
  if (!(error instanceof ListenError)) return error;
  const what = error.message.replace(/\.$/u, '');
  const line = Math.min(...listener.lines.values());
  const advice = plan.localOnly
    ? 'choose another port with -p PORT, or end the other program'
    : `change line ${line} of ${setup.file}, or end the other program`;
  const message = error.code === 'EADDRINUSE' ? `${what}: ${advice}.` : `${what}.`;
  return new ListenError(message, error.code, error.address, { cause: error });
}

/** What an operator should know although nothing is wrong. */
function writeCautions({ configuration, file, log, ports }: BrokerSetup, plan: ListenerPlan): void {
  const { lines, listeners, persistence } = configuration;
  if (plan.portsIgnored) {
    log.write('warning', `Warning: -p ${ports.join(' -p ')} is ignored, because ${file} opens a listener.`);
  }
  const implicit = listeners.find((listener) => listener.implicit);
  if (implicit?.address.kind === 'tcp' && listeners.length > 1) {
    const [name, line] = [...implicit.lines][0] ?? ['', 0];
    const where = `${name} on line ${line} of ${file}`;
    log.write('notice', `${where} belongs to no listener above it and opens one on port ${implicit.address.port}.`);
  }
  if (!persistence && lines.has('store')) {
    log.write(
      'warning',
      `Warning: store (line ${lines.get('store')} of ${file}) does nothing without persistence true.`,
    );
  }
  if (!plan.anonymousAllowed) {
    const reason = configuration.allowAnonymous === false ? 'allow_anonymous is false' : 'allow_anonymous is not true';
    log.write('warning', `Warning: no client can connect: ${reason}, and there are no users.`);
  }
}

/** Small against any limit worth setting, and room for hundreds of acknowledgements beside a packet of full size. */
const WEB_SOCKET_MESSAGE_ROOM_BYTES = 65_536;
