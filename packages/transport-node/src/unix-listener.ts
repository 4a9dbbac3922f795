import { lstat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { ListenError, type Listener, type ListenerAddress } from '@skua/transport';
import type { EndLimits } from './end-limits.ts';
import { errorCode, errorMessage } from './error-code.ts';
import { SocketTransport } from './socket-transport.ts';
import { endLimitsOf, ignoreProblem, SOCKET_OPTIONS } from './tcp-listener.ts';

/** Settings of {@link unixListener}. */
export interface UnixListenerOptions {
  /** Where the socket file is made; at most about 100 bytes long on most systems. */
  readonly path: string;
  /** How long a socket stays after `end`. */
  readonly endLimits?: EndLimits;
}

/**
 * Accepts connections on a Unix domain socket. A socket file that a dead process left behind is removed; one that is
 * answered, and any other kind of file, is not touched. The file is gone after `close`.
 */
export function unixListener(options: UnixListenerOptions): Listener {
  const { path } = options;
  let server: Server | undefined;
  return {
    async listen(accept, onProblem = ignoreProblem): Promise<readonly ListenerAddress[]> {
      if (server !== undefined) throw new Error('A listener listens once.');
      const transportOptions = { unixPath: path, ...endLimitsOf(options) };
      server = createServer(SOCKET_OPTIONS, (socket) => accept(new SocketTransport(socket, transportOptions)));
      try {
        await listenOnPath(server, path);
      } catch (error) {
        if (errorCode(error) !== 'EADDRINUSE') throw explainPathError(error, path);
        await removeStaleSocket(path);
        await listenOnPath(server, path).catch((again: unknown) => {
          throw explainPathError(again, path);
        });
      }
      server.on('error', onProblem);
      return [{ protocol: 'unix', encrypted: false, address: path, port: undefined, url: `unix:${path}` }];
    },
    async close(): Promise<void> {
      // Node removes the file of a socket that it bound, and leaves a socket alone that somebody else bound since.
      if (server?.listening !== true) return;
      server.close();
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    },
  };
}

/** @throws {ListenError} when the file is not a socket or somebody answers on it. */
async function removeStaleSocket(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) return;
  if (!stats.isSocket()) {
    throw new ListenError(`Cannot listen on ${path}: there is a file that is not a socket.`, 'EADDRINUSE', path);
  }
  if (await isAnswered(path)) {
    throw new ListenError(`Cannot listen on ${path}: another program listens there.`, 'EADDRINUSE', path);
  }
  await unlink(path).catch((error: unknown) => {
    throw explainPathError(error, path);
  });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    // Only a refusal proves that nobody listens: a full queue (EAGAIN) or a missing permission means that somebody may.
    probe.once('error', (error) => resolve(errorCode(error) !== 'ECONNREFUSED'));
  });
}

function listenOnPath(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function explainPathError(error: unknown, path: string): ListenError {
  const code = errorCode(error);
  const reason = PATH_REASONS[code] ?? errorMessage(error);
  return new ListenError(`Cannot listen on ${path}: ${reason}.`, code, path, { cause: error });
}

const PATH_REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'this user may not make a socket there',
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EINVAL: 'the path is too long for a socket',
  ENAMETOOLONG: 'the path is too long for a socket',
};
