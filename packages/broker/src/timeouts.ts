import { ReasonCode } from '@skua/codec';

import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';
import type { Due } from './due.ts';
import { endConnection } from './end-connection.ts';
import { waitsForUs } from './input.ts';
import { readSetAside } from './set-aside.ts';
import { endSession } from './sessions.ts';
import { publishWill } from './will.ts';

/** A deadline is reached. */
export function handleDue(core: Core, due: Due, now: number): void {
  switch (due.kind) {
    case 'connection':
      if (due.connection.state === 'connected') checkKeepAlive(core, due.connection, now);
      else endUnanswered(core, due.connection, now);
      return;
    case 'sessionExpiry':
      if (due.session.expiryInterval === 0) {
        // Restored for its will's sake: it has ended with its connection already.
        endSession(core, due.session, 'disconnected', now);
        return;
      }
      core.counters.sessionsExpired++;
      endSession(core, due.session, 'expired', now); // [MQTT-4.1.0-2]
      return;
    case 'willDelay':
      publishWill(core, due.session, now); // [MQTT-3.1.2-8]
      return;
    case 'setAside':
      readSetAside(core, due.clientIdentifier, 0);
      return;
  }
}

// A packet does not touch the wheel: when the deadline is reached it is seen how long ago the last one was.
function checkKeepAlive(core: Core, connection: ClientConnection, now: number): void {
  const limitMs = connection.keepAliveLimitMs;
  // A client that the broker does not read from cannot be blamed for its silence.
  if (waitsForUs(core, connection)) connection.lastPacketAt = now;
  const silentMs = now - connection.lastPacketAt;
  if (silentMs < limitMs) {
    core.wheel.schedule(connection.deadline, connection.lastPacketAt + limitMs, now);
    return;
  }
  // [MQTT-3.1.2-22] [v3 MQTT-3.1.2-24]
  core.counters.keepAliveTimeouts++;
  const explanation = `no packet for ${silentMs} ms, one and a half times the Keep Alive`;
  endConnection(core, connection, { reasonCode: ReasonCode.KeepAliveTimeout, explanation, by: 'broker' }, now);
}

function endUnanswered(core: Core, connection: ClientConnection, now: number): void {
  const waited = connection.state === 'awaitingConnect' ? 'CONNECT' : 'the authentication';
  const explanation = `${waited} was not complete after ${core.options.connectTimeoutMs} ms`;
  endConnection(core, connection, { reasonCode: ReasonCode.UnspecifiedError, explanation, by: 'broker' }, now);
}
