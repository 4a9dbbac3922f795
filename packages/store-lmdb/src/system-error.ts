import { StoreError, type StoreErrorCode } from '@skua/store';

/** An error of the system as one of the store, with what can be done about it. */
export function asStoreError(error: unknown, directory: string): StoreError {
  if (error instanceof StoreError) return error;
  const found = codeOf(error);
  const [code, advice] = (found === undefined ? undefined : KNOWN[found]) ?? UNKNOWN;
  const what = error instanceof Error ? error.message : String(error);
  return new StoreError(`The store in ${directory} cannot be used: ${what}. ${advice}`, { code, cause: error });
}

/** The code of an error of the system. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const DENIED: readonly [StoreErrorCode, string] = [
  'permission',
  'Give this process the right to read and write it, or choose another directory.',
];
const UNKNOWN: readonly [StoreErrorCode, string] = ['failed', 'Look at the disk, or choose another directory.'];
const KNOWN: Readonly<Record<string, readonly [StoreErrorCode, string]>> = {
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: DENIED,
  ENOSPC: ['full', 'Make room on the disk, or choose another directory.'],
  EDQUOT: ['full', 'Make room on the disk, or choose another directory.'],
  ENOTDIR: ['failed', 'Choose another directory.'],
  EEXIST: ['failed', 'Choose another directory.'],
};
