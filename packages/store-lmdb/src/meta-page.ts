import { StoreError } from '@skua/store';
import type { PageFile } from './page-file.ts';

// The file format of LMDB as the package `lmdb` 3.5 writes it, which is data version 2: all numbers are little-endian, a
// page begins with a header of 24 bytes, the first two pages are meta pages, and transaction N writes the one of N modulo 2.

/** Bytes of the header of a page. */
export const PAGE_HEADER_BYTES = 24;
/** The kinds of pages. */
export const PageFlag = { branch: 1, leaf: 2, overflow: 4, meta: 8 } as const;

/** A tree: where it begins, and how many pages of each kind and entries it has. */
export interface TreeRoot {
  readonly flags: number;
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly entries: number;
  /** undefined: it is empty. */
  readonly root: number | undefined;
}

/** What a meta page says: a state of the whole file. */
export interface Meta {
  readonly transaction: number;
  readonly lastPage: number;
  readonly free: TreeRoot;
  readonly main: TreeRoot;
}

/**
 * Reads the two meta pages and gives the newer one.
 *
 * @throws {StoreError} (`damaged`, or `version` when another version of LMDB has written it) when they are not what two
 *   transactions in a row have written.
 */
export function readMeta(file: PageFile): Meta {
  if (file.size === 0) throw file.damaged('it is empty');
  const buffer = Buffer.alloc(file.pageBytes);
  const metas = [readOne(file, 0, buffer), readOne(file, 1, buffer)] as const;
  const [even, odd] = metas.map(({ transaction }) => transaction);
  // Each transaction writes one of them, so they are of neighbours. An older state would lose what was promised.
  if (Math.abs(even! - odd!) !== 1 || even! % 2 !== 0) {
    throw file.damaged(`its meta pages are of the transactions ${even} and ${odd}, which do not follow each other`);
  }
  return even! > odd! ? metas[0] : metas[1];
}

function readOne(file: PageFile, number: number, buffer: Buffer): Meta {
  const page = file.read(number, buffer);
  const magic = page.readUInt32LE(24);
  if (magic !== MAGIC || page.readUInt32LE(16) !== PageFlag.meta << 16) {
    throw file.damaged(`page ${number} is not a meta page of LMDB`);
  }
  const dataFormat = page.readUInt32LE(28);
  if (dataFormat !== DATA_FORMAT) {
    const message = `${file.path} has LMDB data version ${dataFormat}, this program reads ${DATA_FORMAT}.`;
    throw new StoreError(`${message} Use the program that wrote it, or a backup.`, { code: 'version' });
  }
  const pageBytes = page.readUInt32LE(48);
  if (pageBytes !== file.pageBytes) {
    throw file.damaged(`meta page ${number} says that pages have ${pageBytes} bytes, they have ${file.pageBytes}`);
  }
  const [free, main] = [readTree(page, 48), readTree(page, 96)];
  // The flags decide how LMDB reads all else.
  if (main.flags !== 0 || free.flags !== FREE_FLAGS || page.readUInt32LE(96) !== 0) {
    throw file.damaged(`meta page ${number} has the flags ${free.flags} and ${main.flags}`);
  }
  const [address, mapBytes] = [readNumber(page, 32), readNumber(page, 40)];
  if (address !== 0 || mapBytes % file.pageBytes !== 0 || mapBytes > MAP_BYTES_MAX) {
    throw file.damaged(`meta page ${number} wants a map of ${mapBytes} bytes at ${address}`);
  }
  return { transaction: readNumber(page, 152), lastPage: readNumber(page, 144), free, main };
}

function readTree(page: Buffer, offset: number): TreeRoot {
  return {
    flags: page.readUInt16LE(offset + 4),
    depth: page.readUInt16LE(offset + 6),
    branchPages: readNumber(page, offset + 8),
    leafPages: readNumber(page, offset + 16),
    overflowPages: readNumber(page, offset + 24),
    entries: readNumber(page, offset + 32),
    root: page.readBigUInt64LE(offset + 40) === NO_PAGE ? undefined : readNumber(page, offset + 40),
  };
}

/** Eight bytes as a number; above 2^53 it is not exact, which no number of a file is. */
export function readNumber(page: Buffer, offset: number): number {
  return page.readUInt32LE(offset) + page.readUInt32LE(offset + 4) * 0x1_0000_0000;
}

const MAGIC = 0xbe_ef_c0_de;
const DATA_FORMAT = 2;
/** Keys are numbers; the file is not in a folder of its own. */
const FREE_FLAGS = 0x4008;
/** 64 TiB, half of what a process can address. */
const MAP_BYTES_MAX = 2 ** 46;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
