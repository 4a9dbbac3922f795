/** A client's sign of life (section 3.12). */
export interface PingreqPacket {
  readonly type: 'pingreq';
}
