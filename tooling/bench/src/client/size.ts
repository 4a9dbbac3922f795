import { build } from 'esbuild';
import { brotliCompressSync, constants } from 'node:zlib';

/** Bytes of brotli of a bundle with our client for browsers, WebSocket included. */
export function clientSize(): Promise<number> {
  return brotliSize("export { connect } from '@skua/client/web';");
}

/** Bytes of brotli of MQTT.js as it ships itself for browsers. */
export function mqttJsSize(): Promise<number> {
  return brotliSize("import mqtt from 'mqtt/dist/mqtt.esm'; export const { connect } = mqtt;");
}

async function brotliSize(contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
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
  return brotliCompressSync(bytes, { params }).length;
}
