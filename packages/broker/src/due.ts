import type { ClientConnection } from './client-connection.ts';
import type { Session } from './session.ts';

/** Whom a deadline on the timer wheel concerns: a connection's CONNECT or Keep Alive, a session's end, a will, a queue that was set aside. */
export type Due =
  | { readonly kind: 'connection'; readonly connection: ClientConnection }
  | { readonly kind: 'sessionExpiry'; readonly session: Session }
  | { readonly kind: 'willDelay'; readonly session: Session }
  | { readonly kind: 'setAside'; readonly clientIdentifier: string };
