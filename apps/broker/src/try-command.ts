import type { ListenerAddress } from '@skua/transport';

/**
 * A command with mosquitto's own client that subscribes to everything at one of these addresses, to be tried by whoever
 * has just started the broker. undefined: that client can reach none of them.
 *
 * @param cafile - What a client of an encrypted listener could check the certificate with.
 */
export function tryCommand(addresses: readonly ListenerAddress[], cafile: string | undefined): string | undefined {
  const plain = addresses.find(({ protocol, encrypted }) => protocol === 'tcp' && !encrypted);
  if (plain !== undefined) return `mosquitto_sub ${place(plain)} -t '#' -v`;
  const socket = addresses.find(({ protocol }) => protocol === 'unix');
  if (socket !== undefined) return `mosquitto_sub --unix '${socket.address}' -t '#' -v`;
  const encrypted = addresses.find(({ protocol }) => protocol === 'tcp');
  if (encrypted === undefined) return undefined;
  return `mosquitto_sub ${place(encrypted)} --cafile '${cafile ?? 'CA.pem'}' -t '#' -v`;
}

function place({ address, port }: ListenerAddress): string {
  // Every interface includes the loopback one.
  const host = address === '::' || address === '0.0.0.0' ? '127.0.0.1' : address;
  return `-h ${host} -p ${port}`;
}
