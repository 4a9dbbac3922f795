import { build } from 'esbuild';
import { brotliCompressSync, constants } from 'node:zlib';

/** Bytes of brotli that the codec may take in a bundle: a client in a browser should not notice it. */
export const CODEC_BROTLI_BYTES_MAX = 9216;

/** What a bundle of the codec weighs. */
export interface CodecSize {
  readonly minified: number;
  readonly brotli: number;
}

/**
 * The size of decode plus encode, with `@skua/topics` as far as they use it: a bundle for a browser, minified ESM, brotli
 * at its best. From the sources, so that no build is needed.
 */
export async function codecSize(): Promise<CodecSize> {
  const { outputFiles } = await build({
    stdin: {
      contents: "export { encodePacket, PacketReader } from '@skua/codec';",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@skua/source'],
    write: false,
  });
  const bytes = outputFiles[0]?.contents ?? new Uint8Array(0);
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  return { minified: bytes.length, brotli: brotliCompressSync(bytes, { params }).length };
}
