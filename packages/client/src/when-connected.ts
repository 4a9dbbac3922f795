import { call, type CallOptions } from './call.ts';
import type { Client } from './client.ts';
import type { ClientState } from './engine/client-state.ts';

/** Resolves when a client is connected, at once if it is. Rejected with `closedError` when it is closed. */
export function whenConnected(client: Client, options: CallOptions, closedError: () => Error): Promise<void> {
  let off: (() => void) | undefined;
  return call(
    options,
    client.clock,
    (resolve, reject) => {
      const check = ({ status }: ClientState): void => {
        if (status === 'connected') resolve();
        else if (status === 'closed') reject(closedError());
        else return;
        off?.();
      };
      const { status } = client.state;
      if (status !== 'connected' && status !== 'closed') off = client.on('state', check);
      check(client.state);
    },
    () => off?.(),
  );
}
