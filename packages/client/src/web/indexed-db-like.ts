// What is used of IndexedDB, declared here because the package is compiled without the types of a browser.

/** `IDBRequest` */
export interface RequestLike<T> {
  readonly result: T;
  readonly error: Error | null;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}

/** `IDBObjectStore` */
export interface ObjectStoreLike {
  add(value: unknown): RequestLike<unknown>;
  clear(): RequestLike<unknown>;
  getAll(): RequestLike<unknown>;
}

/** `IDBTransaction` */
export interface TransactionLike {
  readonly error: Error | null;
  oncomplete: (() => void) | null;
  onabort: (() => void) | null;
  objectStore(name: string): ObjectStoreLike;
}

/** `IDBDatabase` */
export interface DatabaseLike {
  transaction(name: string, mode: 'readwrite', options: { readonly durability: 'strict' }): TransactionLike;
  createObjectStore(name: string, options: { readonly autoIncrement: boolean }): unknown;
  close(): void;
}

/** `IDBFactory` */
export interface DatabaseFactory {
  open(name: string, version: number): RequestLike<DatabaseLike> & { onupgradeneeded: (() => void) | null };
}
