import { MqttError, ReasonCode, type Packet } from '@skua/codec';

import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';
import { endConnection, endForPeerError } from './end-connection.ts';
import { handlePacket } from './handle-packet.ts';
import { refuseUnreadableConnect } from './handlers/connect.ts';

/** Takes a chunk and handles every packet that is complete with it, unless the connection's input is paused. */
export function takeBytes(core: Core, connection: ClientConnection, chunk: Uint8Array, now: number): void {
  core.counters.bytesReceived += chunk.byteLength;
  // What arrives behind an error or a DISCONNECT is not even kept [MQTT-3.1.4-6] [v3 MQTT-3.1.4-5].
  if (!isReceiving(connection)) return;
  if (connection.input === 'paused') {
    keepForLater(core, connection, chunk, now);
    return;
  }
  // A chunk is only lent, and what comes before the CONNACK is kept: credentials and the will.
  const bytes = connection.state === 'connected' ? chunk : new Uint8Array(chunk);
  try {
    connection.reader.push(bytes);
  } catch (error) {
    handleFailure(core, connection, error, bytes, now);
    return;
  }
  handlePackets(core, connection, bytes, now);
}

/** Goes on with a connection's input, if nothing stops it any more. */
export function resumeInput(core: Core, connection: ClientConnection, now: number): void {
  if (connection.input === 'open' || mustWait(core, connection)) return;
  connection.input = 'open';
  handlePackets(core, connection, NO_BYTES, now);
  while (connection.input === 'open' && isReceiving(connection)) {
    const chunk = connection.pausedChunks.shift();
    if (chunk === undefined) {
      connection.link.resume();
      return;
    }
    connection.pausedBytes -= chunk.byteLength;
    try {
      connection.reader.push(chunk);
    } catch (error) {
      handleFailure(core, connection, error, chunk, now);
      return;
    }
    handlePackets(core, connection, chunk, now);
  }
}

function handlePackets(core: Core, connection: ClientConnection, chunk: Uint8Array, now: number): void {
  try {
    while (isReceiving(connection)) {
      if (mustWait(core, connection)) {
        pauseInput(connection);
        return;
      }
      const packet: Packet | undefined = connection.reader.next();
      if (packet === undefined) return;
      connection.lastPacketAt = now;
      core.counters.packetsReceived[packet.type]++;
      handlePacket(core, connection, packet, now);
    }
  } catch (error) {
    handleFailure(core, connection, error, chunk, now);
  }
}

function isReceiving(connection: ClientConnection): boolean {
  return connection.state !== 'closing' && connection.state !== 'closed';
}

/**
 * What stops a connection's input: a question to the embedder, a store that is far behind, or a peer that does not read
 * its acknowledgements. The latter is given some room, because a simple client may be stuck in a write of its own.
 */
function mustWait(core: Core, connection: ClientConnection): boolean {
  return (
    waitsForUs(core, connection) ||
    (connection.output === 'congested' &&
      (connection.congestedBytes >= core.options.congestedBytesMax || connection.backlog !== undefined))
  );
}

/** Whether it is the broker, not the peer, that keeps a connection's input waiting. */
export function waitsForUs(core: Core, connection: ClientConnection): boolean {
  return (
    connection.pending !== undefined ||
    connection.state === 'accepting' ||
    connection.heldPromises >= core.options.heldAcknowledgementsMax
  );
}

function pauseInput(connection: ClientConnection): void {
  if (connection.input === 'paused') return;
  connection.input = 'paused';
  // Adding nothing makes the reader copy what is left of the chunk, which is only lent.
  connection.reader.push(NO_BYTES);
  connection.link.pause();
}

function keepForLater(core: Core, connection: ClientConnection, chunk: Uint8Array, now: number): void {
  connection.pausedChunks.push(new Uint8Array(chunk));
  connection.pausedBytes += chunk.byteLength;
  if (connection.pausedBytes <= core.options.pausedInputBytesMax) return;
  const reasonCode = ReasonCode.QuotaExceeded;
  const explanation = 'sent on although its input was paused';
  endConnection(core, connection, { reasonCode, explanation, by: 'broker' }, now);
}

// The peer's fault costs the peer its connection, and so does ours: nobody else is concerned in either case.
function handleFailure(
  core: Core,
  connection: ClientConnection,
  error: unknown,
  firstBytes: Uint8Array,
  now: number,
): void {
  if (error instanceof MqttError) {
    if (connection.state === 'awaitingConnect') refuseUnreadableConnect(core, connection, error, firstBytes, now);
    else endForPeerError(core, connection, error, now);
    return;
  }
  core.internalError(connection, error);
  const reasonCode = ReasonCode.ImplementationSpecificError;
  endConnection(core, connection, { reasonCode, explanation: 'internal error', by: 'broker' }, now);
}

const NO_BYTES: Uint8Array = new Uint8Array(0);
