import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { connectionFailure } from '../connection/failure.ts';
import type { ConnectionSettings } from '../connection/connection-settings.ts';
import { findEndpoint } from '../connection/open-socket.ts';
import type { Report } from './finding.ts';

/** Resolves the name and connects to each address. @returns whether any answers */
export async function examineNetwork(settings: ConnectionSettings, report: Report): Promise<boolean> {
  examineProxy(settings, report);
  if (settings.unixPath !== undefined || settings.proxy !== undefined) return true;
  let endpoint: { readonly host: string; readonly port: number };
  let addresses: readonly { readonly address: string; readonly family: number }[];
  try {
    endpoint = await findEndpoint(settings);
    const startedAt = performance.now();
    addresses =
      isIP(endpoint.host) > 0
        ? [{ address: endpoint.host, family: isIP(endpoint.host) }]
        : await lookup(endpoint.host, { all: true });
    const took = performance.now() - startedAt;
    const list = addresses.map(({ address }) => address).join(', ');
    if (isIP(endpoint.host) === 0) {
      report({
        area: 'Name',
        verdict: took > SLOW_LOOKUP_MS ? 'note' : 'good',
        text: `${endpoint.host} is ${list} (${took.toFixed(0)} ms)`,
        ...(took > SLOW_LOOKUP_MS ? { advice: 'the name service is slow: every new connection waits for it' } : {}),
      });
    }
  } catch (error) {
    report({ area: 'Name', verdict: 'problem', text: bare(connectionFailure(error, settings).sentence) });
    return false;
  }
  const outcomes = await Promise.all(addresses.map(({ address }) => tryAddress(address, endpoint.port, settings)));
  const anyWorks = outcomes.some(({ error }) => error === undefined);
  for (const { address, took, error } of outcomes) {
    if (error === undefined) {
      report({
        area: 'Network',
        verdict: 'good',
        text: `${address} port ${endpoint.port} answers in ${took.toFixed(1)} ms`,
      });
    } else {
      report({
        area: 'Network',
        verdict: anyWorks ? 'note' : 'problem',
        text: `${address} port ${endpoint.port} does not answer: ${error.message}`,
        advice: anyWorks
          ? 'clients try the next address and lose time: take this one out of the name, or open it'
          : 'see whether the broker runs and listens on this address, and whether a firewall is between',
      });
    }
  }
  return anyWorks;
}

/** What the environment says of proxies, and what is used of it. */
function examineProxy({ proxy }: ConnectionSettings, report: Report): void {
  const names = ['ALL_PROXY', 'HTTPS_PROXY', 'HTTP_PROXY'].filter((name) => {
    return (process.env[name] ?? process.env[name.toLowerCase()] ?? '') !== '';
  });
  if (proxy !== undefined) {
    report({
      area: 'Proxy',
      verdict: 'note',
      text: `connections go through the SOCKS5 proxy ${proxy.host}:${proxy.port}, which resolves the name`,
    });
  } else if (names.length > 0) {
    report({
      area: 'Proxy',
      verdict: 'note',
      text: `${names.join(' and ')} is set, and MQTT does not follow it`,
      advice:
        'if this network has no other way out, give --proxy socks5h://host:port, or use wss where the proxy allows it',
    });
  }
}

function tryAddress(
  address: string,
  port: number,
  { bindAddress, connectTimeout }: ConnectionSettings,
): Promise<{ readonly address: string; readonly took: number; readonly error: Error | undefined }> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const socket = connect({
      host: address,
      port,
      ...(bindAddress === undefined ? {} : { localAddress: bindAddress }),
    });
    const settle = (error: Error | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ address, took: performance.now() - startedAt, error });
    };
    const waitMs = Math.min(connectTimeout, PATIENCE_S) * 1000;
    const timer = setTimeout(() => settle(new Error(`no answer within ${waitMs / 1000} s`)), waitMs);
    socket.once('connect', () => settle(undefined));
    socket.once('error', (error) => settle(error));
  });
}

function bare(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

const SLOW_LOOKUP_MS = 500;
const PATIENCE_S = 10;
