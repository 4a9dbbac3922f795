import { createClient, type Client } from '@skua/client';
import type { Terminal } from '../terminal/terminal.ts';
import { clientOptions } from './client-options.ts';
import { ConnectionFailedError } from './connection-failed-error.ts';
import { usesTls, type ConnectionSettings } from './connection-settings.ts';
import { connectionFailure } from './failure.ts';
import { tlsOptions } from './tls-settings.ts';

type ClientOverrides = Partial<ReturnType<typeof clientOptions>>;

/**
 * Connects as the options say. Losses and returns are told on stderr; with `--retry` the first failures are as well.
 *
 * @throws {ConnectionFailedError} and UsageError when a file of the options cannot be read.
 */
export async function openClient(
  settings: ConnectionSettings,
  terminal: Terminal,
  overrides: ClientOverrides = {},
): Promise<Client> {
  // A file that cannot be read is a wrong command line, not a broken connection.
  if (usesTls(settings)) tlsOptions(settings.tls, settings.host ?? 'localhost');
  const client = createClient({ ...clientOptions(settings), ...overrides });
  if (settings.debug) tellPackets(client, terminal);
  tellConnection(client, settings, terminal);
  try {
    await firstConnection(client, settings.retry);
  } catch (error) {
    client.destroy();
    const { sentence, exitCode } = connectionFailure(error, settings);
    throw new ConnectionFailedError(sentence, exitCode, error);
  }
  return client;
}

function firstConnection(client: Client, retry: boolean): Promise<void> {
  if (retry) return client.connected();
  return new Promise((resolve, reject) => {
    const off = client.on('state', (state) => {
      if (state.status === 'connected') resolve();
      else if (state.status === 'waiting') reject(state.cause);
      else if (state.status === 'closed') reject(state.cause ?? new Error('the client was closed'));
      else return;
      off();
    });
  });
}

function tellConnection(client: Client, settings: ConnectionSettings, terminal: Terminal): void {
  if (settings.quiet) return;
  let wasConnected = false;
  client.on('state', (state) => {
    if (state.status === 'connected') {
      if (wasConnected) terminal.writeError('Connected again.\n');
      wasConnected = true;
    } else if (state.status === 'waiting' && (wasConnected || settings.retry)) {
      terminal.writeError(`${connectionFailure(state.cause, settings).sentence} Trying again.\n`);
    }
  });
}

/** `-d`: one line for each packet. */
function tellPackets(client: Client, terminal: Terminal): void {
  const tell = (record: ReturnType<Client['packets']>[number]): void => {
    const details = [
      record.packetIdentifier === undefined || record.packetIdentifier === 0 ? '' : `id ${record.packetIdentifier}`,
      record.topicName === undefined ? '' : `'${record.topicName}'`,
      record.qos === undefined ? '' : `QoS ${record.qos}`,
      record.reasonCode === undefined ? '' : `code 0x${record.reasonCode.toString(16).padStart(2, '0')}`,
      `${record.size} bytes`,
    ].filter((detail) => detail !== '');
    const verb = record.direction === 'sent' ? 'sending' : 'received';
    terminal.writeError(
      `Client ${client.clientIdentifier} ${verb} ${record.type.toUpperCase()} (${details.join(', ')})\n`,
    );
  };
  client.on('packetSent', tell);
  client.on('packetReceived', tell);
}
