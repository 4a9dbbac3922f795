import type { Socket } from 'node:net';
import type { ProxySettings } from './connection-settings.ts';

/** The proxy did not do it. */
class ProxyError extends Error {
  override readonly name = 'ProxyError';
}

/**
 * Asks a SOCKS5 proxy (RFC 1928, with user name and password of RFC 1929) to connect to a host, whose name the proxy
 * resolves. Afterwards the socket speaks to the host.
 *
 * @throws {ProxyError} when the proxy refuses, and when it is none.
 */
export async function socksHandshake(socket: Socket, proxy: ProxySettings, host: string, port: number): Promise<void> {
  const reader = new ExactReader(socket);
  try {
    const withUser = proxy.userName !== undefined;
    socket.write(Uint8Array.of(VERSION, 1, withUser ? USER_PASSWORD : NO_AUTHENTICATION));
    const [version, method] = await reader.read(2);
    if (version !== VERSION) throw new ProxyError(`${proxy.host}:${proxy.port} is not a SOCKS5 proxy.`);
    if (method === USER_PASSWORD && withUser) await authenticate(socket, reader, proxy);
    else if (method !== NO_AUTHENTICATION) {
      throw new ProxyError(withUser ? 'The proxy takes no user name.' : 'The proxy wants a user name and a password.');
    }
    const name = Buffer.from(host);
    socket.write(Buffer.concat([Buffer.of(VERSION, CONNECT, 0, DOMAIN_NAME, name.length), name, portBytes(port)]));
    const [, reply = 1, , addressType = 1] = await reader.read(4);
    if (reply !== 0)
      throw new ProxyError(`The proxy cannot reach ${host}:${port}: ${REPLIES[reply] ?? `code ${reply}`}.`);
    const [nameLength = 0] = addressType === DOMAIN_NAME ? await reader.read(1) : [];
    await reader.read((addressType === 1 ? 4 : addressType === 4 ? 16 : nameLength) + 2);
  } finally {
    reader.release();
  }
}

async function authenticate(socket: Socket, reader: ExactReader, { userName, password }: ProxySettings): Promise<void> {
  const user = Buffer.from(userName ?? '');
  const secret = Buffer.from(password ?? '');
  if (user.length > 255 || secret.length > 255) throw new ProxyError('User name and password may have 255 bytes each.');
  socket.write(Buffer.concat([Buffer.of(1, user.length), user, Buffer.of(secret.length), secret]));
  const [, status] = await reader.read(2);
  if (status !== 0) throw new ProxyError('The proxy refused the user name or the password.');
}

function portBytes(port: number): Buffer {
  return Buffer.of(port >> 8, port & 0xff);
}

/** Takes as many bytes from a socket as are asked for, and leaves the others to whoever comes next. */
class ExactReader {
  readonly #socket: Socket;
  #taken: Buffer = Buffer.alloc(0);
  #wake: (() => void) | undefined;
  #ended: Error | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('readable', this.#handleReadable);
    socket.on('error', this.#handleEnd);
    socket.on('close', this.#handleEnd);
  }

  async read(count: number): Promise<Buffer> {
    while (this.#taken.length < count) {
      if (this.#ended !== undefined) throw this.#ended;
      const chunk: unknown = this.#socket.read(count - this.#taken.length) ?? this.#socket.read();
      if (chunk instanceof Uint8Array) {
        this.#taken = Buffer.concat([this.#taken, chunk]);
        continue;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const bytes = this.#taken.subarray(0, count);
    this.#taken = this.#taken.subarray(count);
    return bytes;
  }

  release(): void {
    this.#socket.off('readable', this.#handleReadable);
    this.#socket.off('error', this.#handleEnd);
    this.#socket.off('close', this.#handleEnd);
    if (this.#taken.length > 0) this.#socket.unshift(this.#taken);
  }

  readonly #handleReadable = (): void => this.#wake?.();

  readonly #handleEnd = (error?: Error | boolean): void => {
    const cause = error instanceof Error ? error.message : 'it closed the connection';
    this.#ended ??= new ProxyError(`The proxy did not answer: ${cause}.`);
    this.#wake?.();
  };
}

const VERSION = 5;
const CONNECT = 1;
const DOMAIN_NAME = 3;
const NO_AUTHENTICATION = 0;
const USER_PASSWORD = 2;
const REPLIES: Readonly<Record<number, string>> = {
  1: 'general failure',
  2: 'not allowed by its rules',
  3: 'network unreachable',
  4: 'host unreachable',
  5: 'connection refused',
  6: 'time to live expired',
  7: 'command not supported',
  8: 'address type not supported',
};
