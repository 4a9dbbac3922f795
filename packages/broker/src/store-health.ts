import { ReasonCode } from '@skua/codec';

import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';
import { finishPublish } from './handlers/publish.ts';
import { resumeInput } from './input.ts';

/** The store takes entries again, or no longer. What waited for it goes on. */
export function changeStoreHealth(core: Core, isWell: boolean, now: number): void {
  core.storeIsWell = isWell;
  if (!isWell) return;
  for (const connection of core.connections) {
    if (connection.pending?.about === 'store') goOn(core, connection, now);
  }
}

function goOn(core: Core, connection: ClientConnection, now: number): void {
  const { pending, session } = connection;
  if (pending?.about !== 'store' || session === undefined) return;
  connection.pending = undefined;
  const { message, packetIdentifier, changed } = pending;
  const decision = changed ?? ReasonCode.Success;
  finishPublish(core, connection, session, message, packetIdentifier, decision, now);
  resumeInput(core, connection, now);
}
