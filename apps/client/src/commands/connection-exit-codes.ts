import type { Command } from './command.ts';

/** The exit codes of every command that makes one connection, as those of mosquitto's tools. */
export const CONNECTION_EXIT_CODES: Command['exitCodes'] = [
  ['0', 'done'],
  ['1', 'wrong command line, or no connection: name, network, file'],
  ['1 to 5', 'the server refused the connection; the return code of a CONNACK of 3.1 or 3.1.1'],
  ['128+', 'the server refused the connection or ended it; the Reason Code of 5.0, such as 135, Not authorized'],
  ['7', 'the connection was lost for good'],
  ['8', 'TLS: the certificate is not to be trusted, or the other side does not speak TLS'],
  ['16', 'the proxy refused'],
  ['27', 'the time of -W is over'],
];
