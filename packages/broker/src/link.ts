/**
 * The outgoing side of one connection: what the broker may do to a byte stream.
 *
 * The broker calls it from inside a `handleX` call and never later; an implementation never calls back into the broker.
 */
export interface Link {
  /**
   * Takes one whole encoded packet: `head` followed by `payload`, if there is one.
   *
   * `head` is reused after `write` returns, so it must be copied (or sent) before that; `payload` is shared by all
   * receivers of the message, is never written to again and may be kept by reference.
   *
   * @returns false when the link is congested. The packet is taken nevertheless; the broker then sends nothing but
   * acknowledgements until {@link Broker.handleWritable}.
   */
  write(head: Uint8Array, payload?: Uint8Array): boolean;
  /** Ends the connection politely: flush what was written, half-close, drain what the peer still sends, destroy. */
  close(): void;
  /** Ends the connection at once. */
  destroy(): void;
  /** Asks for no more bytes from this peer. Bytes that arrive nevertheless are kept, up to a limit. */
  pause(): void;
  /** Takes {@link Link.pause} back. */
  resume(): void;
}
