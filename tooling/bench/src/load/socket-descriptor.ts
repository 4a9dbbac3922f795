import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * The file descriptor of a TCP socket; undefined where there is none to write plain bytes to. It is not part of Node's
 * public interface; when it is missing everything still works, at the price of {@link writeNow}'s gain.
 */
export function descriptorOf(socket: Socket): number | undefined {
  if (socket instanceof TLSSocket) return undefined;
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return undefined;
  return typeof handle.fd === 'number' && handle.fd >= 0 ? handle.fd : undefined;
}

/**
 * Writes what the kernel takes at once and returns how many bytes that were. With one message a write, the machinery of
 * a stream costs the generator a fifth of its time, and it must not be slower than the fastest broker. Only for a socket
 * that has nothing pending, or bytes would overtake each other.
 */
export function writeNow(descriptor: number, bytes: Uint8Array): number {
  try {
    return writeSync(descriptor, bytes);
  } catch {
    // The kernel's buffer is full, or the socket is broken: the stream finds out which.
    return 0;
  }
}
