import type { ByteWriter } from '../byte-writer.ts';

/** The server's answer to PINGREQ (section 3.13). */
export interface PingrespPacket {
  readonly type: 'pingresp';
}

/** A PINGRESP has nothing behind its fixed header. */
export function decodePingresp(): PingrespPacket {
  return { type: 'pingresp' };
}

/** The bytes of a PINGRESP. */
export function encodePingresp(writer: ByteWriter): Uint8Array {
  writer.begin(0xd0, 0);
  return writer.finish();
}
