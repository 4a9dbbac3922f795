import { deriveScramCredentials, scramAuthenticator } from '@skua/auth';
import { createServer, type Server } from '@skua/server';

/** A broker that lets in whoever proves to know the password of one of these users. */
export async function scramBroker(passwords: Readonly<Record<string, string>>): Promise<Server> {
  const users = new Map(
    await Promise.all(
      Object.entries(passwords).map(
        async ([name, password]) => [name, await deriveScramCredentials(password)] as const,
      ),
    ),
  );
  return createServer({ authenticator: scramAuthenticator({ credentials: (userName) => users.get(userName) }) });
}
