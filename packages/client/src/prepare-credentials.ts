import { payloadBytes, type ClientOptions } from './client-options.ts';
import type { DialContext } from './driver.ts';
import type { ConnectCredentials } from './engine/connect-packet.ts';

/** Who the client says it is in the next attempt. */
export async function prepareCredentials(
  { credentials, userName, password }: ClientOptions,
  context: DialContext & { readonly server: string },
  startAuthentication: () => Promise<Uint8Array | undefined>,
): Promise<ConnectCredentials> {
  const given = credentials === undefined ? { userName, password } : await credentials(context);
  return {
    userName: given.userName,
    password: given.password === undefined ? undefined : payloadBytes(given.password),
    authenticationData: await startAuthentication(),
  };
}
