import type { TransportInfo } from './transport-info.ts';

/**
 * One byte stream in both directions. It knows nothing of packets.
 *
 * Handlers are never called from inside a call to the transport: whoever calls `write` or `destroy` can finish its work
 * before anything else happens.
 */
export interface Transport {
  readonly info: TransportInfo;

  /**
   * How many bytes were accepted by `write` and have not been handed on yet. While it is above 0 the arrays given to `write`
   * are in use; when it is 0 they all belong to the caller again and may be overwritten.
   */
  readonly pendingBytes: number;

  /**
   * Starts the flow of events. Called once. What the peer sent before is kept and delivered afterwards; nothing is delivered
   * before `open` has returned. A transport that is not wanted is destroyed instead.
   */
  open(handlers: TransportHandlers): void;

  /**
   * Sends bytes in the order of the calls.
   *
   * @returns false when more is pending than the transport's high-water mark: the caller stops until
   *   {@link TransportHandlers.onWritable}. The bytes were accepted all the same. After `end`, `destroy` or a loss of the
   *   connection nothing is sent, false is returned, and no `onWritable` follows.
   */
  write(bytes: Uint8Array): boolean;

  /** Sends several arrays as if they were one, without joining them, in a single system call where the platform can. */
  writeMany(pieces: readonly Uint8Array[]): boolean;

  /**
   * Stops reading from the peer, which sooner or later stops the peer. `onData` is not called until `resume`. At most a few
   * chunks that were already read are kept.
   */
  pause(): void;

  /** Undoes `pause`. */
  resume(): void;

  /**
   * Sends what is pending, then says that nothing more follows (half-close). What the peer still sends is read and thrown
   * away, for a limited time and a limited number of bytes, so that it can read our last words; then the transport closes.
   * Only `onClose` is called from here on.
   */
  end(): void;

  /** Closes at once. What is pending is lost. `onClose` follows. */
  destroy(): void;
}

/** What a transport reports. None of these may throw. */
export interface TransportHandlers {
  /**
   * Bytes of the peer, never empty. The array belongs to the receiver, and the transport never writes to it again, unless
   * {@link readsInPlace} is set: then it is lent for the time of the call.
   */
  onData(chunk: Uint8Array): void;
  /** The receiver keeps no chunk beyond its call, so that the transport may read the next one into the same memory. */
  readonly readsInPlace?: boolean;
  /** After `write` returned false: everything was handed on, go on writing. */
  onWritable(): void;
  /** The peer will send nothing more. Writing is still possible. The receiver of this answers with `end` when it is done. */
  onEnd?(): void;
  /** The last call, exactly once. The error is absent when both sides closed in order. */
  onClose(error?: Error): void;
}
