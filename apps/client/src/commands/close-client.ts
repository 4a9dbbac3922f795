import type { Client } from '@skua/client';
import type { ConnectionSettings } from '../connection/connection-settings.ts';

/** Says DISCONNECT with the properties of `-D disconnect`; Reason Code 0x04 asks for the will. */
export async function closeClient(
  client: Client,
  settings: ConnectionSettings,
  options: { readonly reasonCode?: number; readonly drain?: boolean } = {},
): Promise<void> {
  const { sessionExpiryInterval, userProperties } = settings.properties.disconnect;
  await client.close({
    ...options,
    ...(sessionExpiryInterval === undefined ? {} : { sessionExpiryInterval }),
    ...(userProperties === undefined ? {} : { userProperties }),
  });
}
