/** The outgoing side of one connection, given to the engine when the connection opens. It never calls back. */
export interface Link {
  /** Takes a whole packet. False: taken all the same, but congested until `handleWritable`. */
  write(packet: Uint8Array): boolean;
  /** Sends what was taken, then ends the connection. */
  close(): void;
  /** Ends the connection at once. */
  destroy(): void;
}
