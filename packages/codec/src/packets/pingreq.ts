import type { ByteWriter } from '../byte-writer.ts';

/** A client's sign of life (section 3.12). */
export interface PingreqPacket {
  readonly type: 'pingreq';
}

/** A PINGREQ has nothing behind its fixed header. */
export function decodePingreq(): PingreqPacket {
  return { type: 'pingreq' };
}

/** The bytes of a PINGREQ. */
export function encodePingreq(writer: ByteWriter): Uint8Array {
  writer.begin(0xc0, 0);
  return writer.finish();
}
