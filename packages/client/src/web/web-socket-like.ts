/** What is used of the WebSocket of a browser, declared here because the package is compiled without the types of one. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly wasClean: boolean }) => void) | null;
  send(bytes: Uint8Array): void;
  close(code?: number): void;
}
