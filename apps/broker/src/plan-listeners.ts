import { DEFAULT_PORT, type Configuration, type ListenerConfiguration } from './configuration/configuration.ts';

/** What is to be listened on, and who may connect there. */
export interface ListenerPlan {
  /** True when no listener is configured: only this machine can connect. */
  readonly localOnly: boolean;
  readonly anonymousAllowed: boolean;
  readonly listeners: readonly ListenerConfiguration[];
  /** True when ports of the command line count for nothing because the file opens listeners. */
  readonly portsIgnored: boolean;
}

/**
 * mosquitto's rule: with no listener configured the loopback addresses and anonymous clients; with any, what the file
 * says and no anonymous clients. `allow_anonymous` decides where it is given.
 *
 * @param ports - The ports of the command line.
 */
export function planListeners(configuration: Configuration, ports: readonly number[]): ListenerPlan {
  const localOnly = configuration.listeners.length === 0;
  return {
    localOnly,
    anonymousAllowed: configuration.allowAnonymous ?? localOnly,
    listeners: localOnly
      ? (ports.length === 0 ? [DEFAULT_PORT] : ports).map(loopbackListener)
      : configuration.listeners,
    portsIgnored: !localOnly && ports.length > 0,
  };
}

/** The IPv4 half; {@link IPV6_LOOPBACK} is listened on beside it where this machine has it. */
function loopbackListener(port: number): ListenerConfiguration {
  return {
    address: { kind: 'tcp', host: '127.0.0.1', port },
    protocol: 'mqtt',
    tls: undefined,
    acknowledgement: undefined,
    implicit: true,
    lines: new Map(),
  };
}

/** The loopback address of IPv6. */
export const IPV6_LOOPBACK = '::1';
