/** The server's answer to PINGREQ (section 3.13). */
export interface PingrespPacket {
  readonly type: 'pingresp';
}
