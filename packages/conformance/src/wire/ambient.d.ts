// The few Web globals that every runtime has and `lib: es2023` does not name.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare const performance: { now(): number };
declare function setTimeout(callback: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}
