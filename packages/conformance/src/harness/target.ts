import type { Transport } from '@skua/transport';
import type { ProfileName } from './profile.ts';

/** A running broker under test. */
export interface Target {
  /** What reports call it, e.g. `mosquitto 2.0.11`. */
  readonly name: string;
  readonly clock: TargetClock;
  /** Opens one connection, not yet opened for events. */
  dial(): Promise<Transport>;
  close(): Promise<void>;
}

/** Starts brokers. One target serves one test or many, as the factory likes: tests use names that are theirs alone. */
export interface TargetFactory {
  readonly name: string;
  /** The configurations that it can start. Tests that need another one are skipped. */
  readonly profiles: ReadonlySet<ProfileName>;
  start(profile: ProfileName): Promise<Target>;
}

/** Time as the target sees it: the wall clock for a broker behind a socket, a virtual one for a broker in this process. */
export interface TargetClock {
  /** Milliseconds. */
  now(): number;
  /** Resolves with true as soon as the condition holds, with false when `timeoutMs` have passed without it. */
  until(condition: () => boolean, timeoutMs: number): Promise<boolean>;
  /** Lets `ms` milliseconds pass while everything goes on. */
  pass(ms: number): Promise<void>;
  /** Tells the clock that something arrived, so that it looks at conditions again. */
  notify(): void;
  /** How long an answer may take, in milliseconds: a multiple of the measured round trip with a floor. */
  readonly answerTimeoutMs: number;
}
