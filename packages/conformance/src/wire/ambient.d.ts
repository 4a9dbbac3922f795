// The few Web globals that every runtime has and `lib: es2023` does not name.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare const performance: { now(): number };
declare function setTimeout(callback: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare class TextDecoder {
  decode(bytes?: Uint8Array): string;
}
declare function atob(base64: string): string;
declare function btoa(latin1: string): string;
interface HashKey {
  readonly type: string;
}
declare const crypto: {
  readonly subtle: {
    digest(algorithm: string, data: Uint8Array): Promise<ArrayBuffer>;
    importKey(
      format: 'raw',
      key: Uint8Array,
      algorithm: { readonly name: string; readonly hash?: string },
      extractable: boolean,
      usages: readonly string[],
    ): Promise<HashKey>;
    sign(algorithm: string, key: HashKey, data: Uint8Array): Promise<ArrayBuffer>;
    deriveBits(
      algorithm: {
        readonly name: string;
        readonly hash: string;
        readonly salt: Uint8Array;
        readonly iterations: number;
      },
      key: HashKey,
      bits: number,
    ): Promise<ArrayBuffer>;
  };
};
