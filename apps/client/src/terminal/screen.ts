import { writeAtExit, type Terminal } from './terminal.ts';

/**
 * A view that fills the terminal and is drawn anew at most ten times a second. While it is open the other screen of the
 * terminal is shown without a cursor; however the process ends, the terminal is given back as it was.
 */
export class Screen {
  readonly #terminal: Terminal;
  #isOpen = false;
  #timer: NodeJS.Timeout | undefined;
  #rows: () => readonly string[] = () => [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Asks for a new picture; `rows` is called when it is time. */
  draw(rows: () => readonly string[]): void {
    this.#rows = rows;
    if (!this.#isOpen) this.#open();
    this.#timer ??= setTimeout(() => this.#paint(), FRAME_MS);
  }

  /** Gives the terminal back. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearTimeout(this.#timer);
    process.off('exit', this.#leave);
    this.#terminal.write(LEAVE);
    this.#terminal.flush();
  }

  #open(): void {
    this.#isOpen = true;
    process.on('exit', this.#leave);
    this.#terminal.write(ENTER);
  }

  readonly #leave = (): void => writeAtExit(LEAVE);

  #paint(): void {
    this.#timer = undefined;
    if (!this.#isOpen) return;
    const { columns, rows } = this.#terminal.size();
    const shown = this.#rows()
      .slice(0, rows - 1)
      .map((row) => `${fit(row, columns)}\u001b[K`);
    this.#terminal.write(`\u001b[H${shown.join('\r\n')}\u001b[J`);
    this.#terminal.flush();
  }
}

/** A row without what would move the cursor, cut to the width. Colours that the view itself has put there stay. */
function fit(row: string, columns: number): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it is about
  const clean = row.replace(/[\u0000-\u001a\u001c-\u001f\u007f-\u009f]|\u001b(?!\[[\d;]*m)/g, '\u00b7');
  let width = 0;
  let out = '';
  // oxlint-disable-next-line no-control-regex -- as above
  for (const part of clean.match(/\u001b\[[\d;]*m|[^\u001b]/gu) ?? []) {
    if (!part.startsWith('\u001b')) {
      if (width >= columns) continue;
      width += 1;
    }
    out += part;
  }
  return out;
}

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const FRAME_MS = 100;
