import { PAGE_BYTES } from './lmdb-medium.ts';
import { PAGE_HEADER_BYTES, PageFlag, readMeta, readNumber, type TreeRoot } from './meta-page.ts';
import { PageFile } from './page-file.ts';

/** What is in a file. */
export interface FileReport {
  readonly bytes: number;
  /** Bytes of pages that hold something. */
  readonly bytesUsed: number;
  readonly records: number;
}

/**
 * Looks at every page of a file that holds something, before LMDB does: a page that is not what it should be would end the
 * process, or change what is read next to it. Contents of records are not looked at, they have checksums.
 *
 * Takes about a second for a gigabyte that is in memory.
 *
 * @throws {StoreError} that says what was found.
 */
export function checkFile(path: string): FileReport {
  const file = new PageFile(path, PAGE_BYTES);
  try {
    const meta = readMeta(file);
    const check = new FileCheck(file, meta.transaction, meta.lastPage);
    check.walk(meta.main, 'main');
    check.walk(meta.free, 'free');
    return { bytes: file.size, bytesUsed: check.pagesUsed * PAGE_BYTES, records: meta.main.entries };
  } finally {
    file.close();
  }
}

type TreeName = 'main' | 'free';

class FileCheck {
  pagesUsed = 2;
  readonly #file: PageFile;
  readonly #transaction: number;
  readonly #lastPage: number;
  /** A bit for each page that was seen. */
  readonly #seen: Uint8Array;
  readonly #buffers: Buffer[] = [];
  #counts = { branchPages: 0, leafPages: 0, overflowPages: 0, entries: 0 };
  #lastKey: Buffer | undefined;

  constructor(file: PageFile, transaction: number, lastPage: number) {
    this.#file = file;
    this.#transaction = transaction;
    this.#lastPage = lastPage;
    // Pages at the end that hold nothing need not be in the file, but no other page is beyond it.
    if (lastPage < 1 || lastPage > MAX_PAGES) throw file.damaged(`its last page is said to be ${lastPage}`);
    this.#seen = new Uint8Array((lastPage >>> 3) + 1);
    this.#mark(0, 'a meta page');
    this.#mark(1, 'a meta page');
  }

  walk(tree: TreeRoot, name: TreeName): void {
    this.#counts = { branchPages: 0, leafPages: 0, overflowPages: 0, entries: 0 };
    this.#lastKey = undefined;
    if (tree.root !== undefined) this.#walkPage(tree.root, tree.depth, name, undefined, undefined);
    else if (tree.depth !== 0) throw this.#file.damaged(`the ${name} tree has no root and depth ${tree.depth}`);
    for (const count of COUNTS) {
      const [found, said] = [this.#counts[count], tree[count]];
      if (found !== said)
        throw this.#file.damaged(`the ${name} tree has ${found} ${count}, its meta page says ${said}`);
    }
  }

  #walkPage(number: number, depth: number, name: TreeName, from: Buffer | undefined, to: Buffer | undefined): void {
    this.#mark(number, `a page of the ${name} tree`);
    const page = this.#file.read(number, this.#buffer(depth));
    const isLeaf = depth === 1;
    const count = this.#checkHeader(page, number, isLeaf ? PageFlag.leaf : PageFlag.branch);
    this.pagesUsed += 1;
    if (isLeaf) this.#counts.leafPages += 1;
    else this.#counts.branchPages += 1;
    if (depth < 1 || count < (isLeaf ? 1 : 2)) throw this.#file.damaged(`page ${number} has ${count} entries`);
    let size = 0;
    for (let index = 0; index < count; index += 1) {
      size += isLeaf
        ? this.#checkLeafNode(page, number, index, name, from, to)
        : this.#walkChild(page, number, index, count, depth, name, from, to);
    }
    // Entries lie one behind the other to the end of the page, each on an even byte.
    const room = page.length - PAGE_HEADER_BYTES - page.readUInt16LE(22);
    if (size !== room) throw this.#file.damaged(`the entries of page ${number} take ${size} bytes, it says ${room}`);
  }

  #walkChild(
    page: Buffer,
    number: number,
    index: number,
    count: number,
    depth: number,
    name: TreeName,
    from: Buffer | undefined,
    to: Buffer | undefined,
  ): number {
    const node = this.#node(page, number, index);
    // The key of the first child stands for everything below the second.
    const first = index === 0 ? from : Buffer.from(this.#key(page, number, node));
    const behind = index === count - 1 ? to : Buffer.from(this.#key(page, number, this.#node(page, number, index + 1)));
    if (this.#compare(name, first, behind) >= 0) throw this.#outOfOrder(number, index);
    const child = page.readUInt32LE(node) + page.readUInt16LE(node + 4) * 0x1_0000_0000;
    this.#walkPage(child, depth - 1, name, first, behind);
    return even(NODE_HEADER_BYTES + page.readUInt16LE(node + 6));
  }

  #checkLeafNode(
    page: Buffer,
    number: number,
    index: number,
    name: TreeName,
    from: Buffer | undefined,
    to: Buffer | undefined,
  ): number {
    const node = this.#node(page, number, index);
    const key = this.#key(page, number, node);
    if (this.#lastKey !== undefined && this.#compare(name, this.#lastKey, key) >= 0)
      throw this.#outOfOrder(number, index);
    if ((from !== undefined && this.#compare(name, from, key) > 0) || this.#compare(name, key, to) >= 0) {
      throw this.#outOfOrder(number, index);
    }
    this.#lastKey = Buffer.from(key);
    this.#counts.entries += 1;
    const size = page.readUInt32LE(node);
    const flags = page.readUInt16LE(node + 4);
    const data = node + NODE_HEADER_BYTES + key.length;
    if (flags !== 0 && flags !== BIG_DATA) {
      throw this.#file.damaged(`entry ${index} of page ${number} has the flags ${flags}`);
    }
    const inPage = flags === 0 ? size : OVERFLOW_POINTER_BYTES;
    if (data + inPage > page.length) throw this.#file.damaged(`entry ${index} of page ${number} leaves its page`);
    if (flags === BIG_DATA) this.#checkOverflow(page, data, size, number);
    if (name === 'free') this.#checkFreePages(this.#value(page, data, size, flags), number);
    return even(NODE_HEADER_BYTES + key.length + inPage);
  }

  #checkOverflow(page: Buffer, data: number, size: number, number: number): void {
    const first = readNumber(page, data);
    const pages = Math.floor((PAGE_HEADER_BYTES - 1 + size) / this.#file.pageBytes) + 1;
    if (readNumber(page, data + 16) !== pages || !this.#file.has(first, pages)) {
      throw this.#file.damaged(`a long value of page ${number} is not in the ${pages} pages from ${first} on`);
    }
    for (let index = 0; index < pages; index += 1) this.#mark(first + index, 'a page of a long value');
    const header = this.#file.read(first, this.#buffer(0));
    this.#checkNumbers(header, first);
    if (header.readUInt16LE(18) !== PageFlag.overflow || header.readUInt32LE(20) !== pages) {
      throw this.#file.damaged(`page ${first} is not the beginning of a long value of ${pages} pages`);
    }
    this.pagesUsed += pages;
    this.#counts.overflowPages += pages;
  }

  /** The value of an entry, to be used at once. */
  #value(page: Buffer, data: number, size: number, flags: number): Buffer {
    if (flags !== BIG_DATA) return page.subarray(data, data + size);
    const first = readNumber(page, data);
    const pages = Math.floor((PAGE_HEADER_BYTES - 1 + size) / this.#file.pageBytes) + 1;
    const all = Buffer.concat(
      Array.from({ length: pages }, (_none, index) => Buffer.from(this.#file.read(first + index, this.#buffer(0)))),
    );
    return all.subarray(PAGE_HEADER_BYTES, PAGE_HEADER_BYTES + size);
  }

  /** A list of free pages: its length, then numbers of pages; a negative number is how many there are from the next on. */
  #checkFreePages(list: Buffer, number: number): void {
    const length = list.length < 8 ? -1 : readNumber(list, 0);
    if (length < 0 || (length + 1) * 8 > list.length) {
      throw this.#file.damaged(`the list of free pages in page ${number} says that it has ${length} entries`);
    }
    for (let index = 1; index <= length; index += 1) {
      const entry = list.readBigInt64LE(index * 8);
      if (entry === 0n) continue;
      if (entry < 0n) index += 1;
      if (index > length) throw this.#file.damaged(`the list of free pages in page ${number} ends within an entry`);
      const first = readNumber(list, index * 8);
      const pages = entry < 0n ? Number(-entry) : 1;
      if (pages > this.#lastPage)
        throw this.#file.damaged(`the list of free pages in page ${number} has ${pages} in a row`);
      for (let offset = 0; offset < pages; offset += 1) this.#mark(first + offset, 'a free page');
    }
  }

  #checkHeader(page: Buffer, number: number, flags: number): number {
    this.#checkNumbers(page, number);
    const [lower, upper] = [page.readUInt16LE(20), page.readUInt16LE(22)];
    if (page.readUInt16LE(18) !== flags) {
      throw this.#file.damaged(`page ${number} has the flags ${page.readUInt16LE(18)}, expected ${flags}`);
    }
    if (lower % 2 !== 0 || lower > upper || upper + PAGE_HEADER_BYTES > page.length) {
      throw this.#file.damaged(`page ${number} says that its room is from ${lower} to ${upper}`);
    }
    return lower >>> 1;
  }

  #checkNumbers(page: Buffer, number: number): void {
    const [found, transaction] = [readNumber(page, 0), readNumber(page, 8)];
    if (found !== number) throw this.#file.damaged(`page ${number} says that it is page ${found}`);
    if (transaction > this.#transaction) {
      throw this.#file.damaged(`page ${number} is of transaction ${transaction}, the last one is ${this.#transaction}`);
    }
  }

  /** Where an entry of a page begins. */
  #node(page: Buffer, number: number, index: number): number {
    const position = page.readUInt16LE(PAGE_HEADER_BYTES + index * 2) + PAGE_HEADER_BYTES;
    if (position < page.readUInt16LE(22) + PAGE_HEADER_BYTES || position + NODE_HEADER_BYTES > page.length) {
      throw this.#file.damaged(`entry ${index} of page ${number} is said to be at byte ${position}`);
    }
    return position;
  }

  #key(page: Buffer, number: number, node: number): Buffer {
    const end = node + NODE_HEADER_BYTES + page.readUInt16LE(node + 6);
    if (end > page.length) throw this.#file.damaged(`a key of page ${number} leaves it`);
    return page.subarray(node + NODE_HEADER_BYTES, end);
  }

  /** Keys that are not given are below everything on the left and above everything on the right. */
  #compare(name: TreeName, left: Buffer | undefined, right: Buffer | undefined): number {
    if (left === undefined || right === undefined) return -1;
    if (name === 'main') return Buffer.compare(left, right);
    if (left.length !== 8 || right.length !== 8) throw this.#file.damaged('a key of the free tree is not a number');
    return readNumber(left, 0) - readNumber(right, 0);
  }

  #mark(number: number, what: string): void {
    if (number > this.#lastPage) {
      throw this.#file.damaged(`${what} is said to be page ${number}, the last one is ${this.#lastPage}`);
    }
    const bit = 1 << (number & 7);
    if ((this.#seen[number >>> 3]! & bit) !== 0)
      throw this.#file.damaged(`page ${number} is used twice, now as ${what}`);
    this.#seen[number >>> 3]! |= bit;
  }

  #buffer(depth: number): Buffer {
    return (this.#buffers[depth] ??= Buffer.alloc(this.#file.pageBytes));
  }

  #outOfOrder(number: number, index: number): Error {
    return this.#file.damaged(`entry ${index} of page ${number} is out of order`);
  }
}

function even(size: number): number {
  return size + (size % 2);
}

const COUNTS = ['branchPages', 'leafPages', 'overflowPages', 'entries'] as const;
const NODE_HEADER_BYTES = 8;
const BIG_DATA = 1;
const OVERFLOW_POINTER_BYTES = 24;
/** 16 TiB. */
const MAX_PAGES = 2 ** 32;
