import { Socket } from 'node:net';

/**
 * Lets TCP and Unix sockets read into one buffer that they share, and gives each chunk as a copy of its own size.
 *
 * Without it Node allocates 64 KiB for every read and shrinks them to what came, which costs 1.2 µs of CPU: a sixth of what
 * a broker spends on a message when each comes in a read of its own. Node has this for sockets that dial (`onread` of
 * `net.Socket`), but not for those that a server accepts, so it is switched on by the fields that the option sets. Where
 * they are not as known (another runtime, another Node) nothing is changed, and chunks come by 'data'.
 */
export class SharedReadBuffer {
  readonly #buffer: Buffer = Buffer.allocUnsafeSlow(READ_BYTES);

  /** @returns false when this socket must be read in the usual way. It must not have been read before. */
  attach(socket: Socket, onData: (chunk: Uint8Array) => void): boolean {
    const handle: unknown = Reflect.get(socket, '_handle');
    if (FIELDS === undefined || !isReadable(handle) || socket.readableLength > 0) return false;
    Reflect.set(socket, FIELDS.buffer, this.#buffer);
    Reflect.set(socket, FIELDS.callback, (length: number, buffer: Uint8Array): boolean => {
      onData(copy(buffer, length));
      return true;
    });
    handle.useUserBuffer(this.#buffer);
    return true;
  }
}

// Small chunks come from Node's pool, which costs a fraction of an allocation.
function copy(buffer: Uint8Array, length: number): Uint8Array {
  const chunk = Buffer.allocUnsafe(length);
  chunk.set(length === buffer.length ? buffer : buffer.subarray(0, length));
  return chunk;
}

interface ReadableHandle {
  useUserBuffer(buffer: Uint8Array): void;
}

function isReadable(handle: unknown): handle is ReadableHandle {
  return typeof handle === 'object' && handle !== null && typeof Reflect.get(handle, 'useUserBuffer') === 'function';
}

/** The fields where a socket keeps its `onread` option, found on a socket that has it. */
const FIELDS = findFields();

function findFields(): { readonly buffer: symbol; readonly callback: symbol } | undefined {
  const buffer = new Uint8Array(1);
  const callback = (): boolean => true;
  const socket = new Socket({ onread: { buffer, callback } });
  const symbols = Object.getOwnPropertySymbols(socket);
  const holding = (value: unknown): symbol | undefined =>
    symbols.find((symbol) => Reflect.get(socket, symbol) === value);
  const fields = { buffer: holding(buffer), callback: holding(callback) };
  socket.destroy();
  if (fields.buffer === undefined || fields.callback === undefined) return undefined;
  return { buffer: fields.buffer, callback: fields.callback };
}

/** What Node reads at most at once into a buffer of its own. */
const READ_BYTES = 65_536;
