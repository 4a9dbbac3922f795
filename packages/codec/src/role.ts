/** Which side of the connection *we* are: the reader of a `server` takes packets that clients send, and the reverse. */
export type Role = 'client' | 'server';
