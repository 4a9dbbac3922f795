import { frame } from '../../wire/frame.ts';
import { bodyOffset } from '../client-mutations.ts';

/** The same packet with the first occurrence of some text replaced by bytes; its Remaining Length is written anew. */
export function withText(packet: Uint8Array, text: string, replacement: Uint8Array): Uint8Array {
  const needle = new TextEncoder().encode(text);
  for (let at = 0; at + needle.length <= packet.length; at += 1) {
    if (!needle.every((byte, index) => packet[at + index] === byte)) continue;
    const body = bodyOffset(packet);
    return frame(packet[0] ?? 0, packet.subarray(body, at), replacement, packet.subarray(at + needle.length));
  }
  return packet;
}

/** Three bytes that would be U+D800, which has no place in UTF-8. */
export const SURROGATE: Uint8Array = Uint8Array.of(0xed, 0xa0, 0x80);

/** A piece of text that no encoder may write as it stands. */
export const LONE_SURROGATE = '\ud800';

/** Text that every client must be able to send: four lengths of characters, a combining one, U+FEFF. */
export const WIDE_TEXT = 'a-\u{e9}-\u{6f22}-\u{1f426}-e\u{301}-\u{feff}z';
