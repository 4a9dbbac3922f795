import type { ByteWriter } from '../byte-writer.ts';

/** A client's sign of life (section 3.12). */
export interface PingreqPacket {
  readonly type: 'pingreq';
}

/** A PINGREQ has nothing behind its fixed header. */
export function decodePingreq(): PingreqPacket {
  return { type: 'pingreq' };
}

/** Writes a PINGREQ. */
export function encodePingreq(writer: ByteWriter): void {
  writer.begin(0xc0, 0);
}
