/** What a package or program may import, besides Node.js and its declared dependencies from elsewhere. */
export interface Layer {
  readonly imports: readonly string[];
  /** Of these, the ones whose types alone may be used. */
  readonly typesOnly?: readonly string[];
  /**
   * `core`: bytes and time in, calls out; nothing of the outside world, no promises. `neutral`: runs anywhere, may have
   * promises. `runtime`: runs anywhere with timers and a clock. `node`: needs Node.js.
   */
  readonly purity: 'core' | 'neutral' | 'runtime' | 'node';
}

/**
 * The layers by folder. Imports go one way only: what is not listed is forbidden, and so is a package without a row. A row
 * for a part of a package holds for the files there in place of the package's.
 */
export const LAYERS: Readonly<Record<string, Layer>> = {
  'packages/topics': { imports: [], purity: 'core' },
  'packages/codec': { imports: ['@skua/topics'], purity: 'core' },
  'packages/session': { imports: ['@skua/codec', '@skua/topics'], purity: 'core' },
  'packages/broker': { imports: ['@skua/session', '@skua/codec', '@skua/topics'], purity: 'core' },
  'packages/transport': { imports: [], purity: 'neutral' },
  'packages/transport-node': { imports: ['@skua/transport'], purity: 'node' },
  'packages/store': { imports: ['@skua/broker', '@skua/topics'], typesOnly: ['@skua/broker'], purity: 'neutral' },
  'packages/store-lmdb': {
    imports: ['@skua/broker', '@skua/store'],
    typesOnly: ['@skua/broker'],
    purity: 'node',
  },
  'packages/server': { imports: ['@skua/broker', '@skua/store', '@skua/transport'], purity: 'runtime' },
  'packages/auth': { imports: ['@skua/broker'], typesOnly: ['@skua/broker'], purity: 'node' },
  'packages/client': {
    imports: ['@skua/session', '@skua/codec', '@skua/topics', '@skua/transport', '@skua/transport-node'],
    purity: 'runtime',
  },
  'packages/client/src': {
    imports: ['@skua/session', '@skua/codec', '@skua/topics', '@skua/transport'],
    typesOnly: ['@skua/transport'],
    purity: 'runtime',
  },
  'packages/client/src/engine': { imports: ['@skua/session', '@skua/codec', '@skua/topics'], purity: 'core' },
  'packages/client/src/node': {
    imports: ['@skua/transport', '@skua/transport-node'],
    typesOnly: ['@skua/transport'],
    purity: 'node',
  },
  'packages/conformance': { imports: ['@skua/codec', '@skua/transport'], purity: 'runtime' },
  'apps/broker': {
    imports: [
      '@skua/server',
      '@skua/store',
      '@skua/store-lmdb',
      '@skua/transport-node',
      '@skua/transport',
      '@skua/broker',
      '@skua/topics',
    ],
    typesOnly: ['@skua/broker'],
    purity: 'node',
  },
  'apps/client': {
    imports: [
      '@skua/client',
      '@skua/codec',
      '@skua/conformance',
      '@skua/topics',
      '@skua/transport',
      '@skua/transport-node',
    ],
    purity: 'node',
  },
};

/** The package or program that a file belongs to, as `packages/codec`; undefined outside of those. */
export function layerFolder(path: string): string | undefined {
  return /^(?:packages|apps)\/[^/]+(?=\/)/.exec(path)?.[0];
}

/** The layer of a file: the row of the innermost folder that has one. */
export function layerOf(path: string): Layer | undefined {
  for (let folder = path; folder.includes('/');) {
    folder = folder.slice(0, folder.lastIndexOf('/'));
    const layer = LAYERS[folder];
    if (layer !== undefined) return layer;
  }
  return undefined;
}
