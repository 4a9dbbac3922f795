import { timeOf, type MessageLine } from './message-line.ts';

/** How the pauses of a recording are played. */
export interface PaceSettings {
  /** 1: as they were; 2: half as long; infinite: none. */
  readonly speed: number;
  /** Seconds; longer pauses take this long. */
  readonly gapMax: number;
}

/** When the next message is due. Pauses are reckoned from the start, so that lateness does not add up. */
export class Pace {
  readonly #settings: PaceSettings;
  readonly #now: () => number;
  #lastTime: number | undefined;
  /** Milliseconds of the clock at which the last message was due. */
  #due: number;

  constructor(settings: PaceSettings, now: () => number = () => performance.now()) {
    this.#settings = settings;
    this.#now = now;
    this.#due = now();
  }

  /** Milliseconds until a line is due; 0 when it is late, or has no time. */
  pauseBefore(line: MessageLine): number {
    const time = timeOf(line);
    if (time === undefined || this.#settings.speed === Number.POSITIVE_INFINITY) return 0;
    const gapMs = Math.min(Math.max(0, time - (this.#lastTime ?? time)), this.#settings.gapMax * 1000);
    this.#lastTime = time;
    this.#due += gapMs / this.#settings.speed;
    return Math.max(0, this.#due - this.#now());
  }
}
