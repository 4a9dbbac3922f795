import type { CommandSummary } from '../command-line/help-text.ts';
import type { Command } from './command.ts';

/** A command that is loaded when it is asked for, so that none pays for the others. */
export interface CommandEntry extends CommandSummary {
  readonly load: () => Promise<Command>;
}

/** Every command, in the order of the manual. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: 'pub', summary: 'publish messages, as mosquitto_pub does', load: async () => (await import('./pub.ts')).PUB },
  {
    name: 'sub',
    summary: 'subscribe and print messages, as mosquitto_sub does',
    load: async () => (await import('./sub.ts')).SUB,
  },
  {
    name: 'rr',
    summary: 'send a request and print the response, as mosquitto_rr does',
    load: async () => (await import('./rr.ts')).RR,
  },
  {
    name: 'tree',
    summary: 'show the topics as a live tree with rates',
    load: async () => (await import('./tree.ts')).TREE,
  },
  {
    name: 'retained',
    summary: 'list, read, delete, export and import retained messages',
    load: async () => (await import('./retained.ts')).RETAINED,
  },
  {
    name: 'record',
    summary: 'write messages with their times to a file',
    load: async () => (await import('./record.ts')).RECORD,
  },
  {
    name: 'replay',
    summary: 'publish a recording with its pauses',
    load: async () => (await import('./replay.ts')).REPLAY,
  },
  {
    name: 'bench',
    summary: 'load a broker and measure rates, latency and loss',
    load: async () => (await import('./bench.ts')).BENCH,
  },
  {
    name: 'doctor',
    summary: 'look at a connection and say what to do',
    load: async () => (await import('./doctor.ts')).DOCTOR,
  },
  {
    name: 'check',
    summary: 'test a broker against the specifications',
    load: async () => (await import('./check.ts')).CHECK,
  },
  {
    name: 'decode',
    summary: 'explain the bytes of packets',
    load: async () => (await import('./decode.ts')).DECODE,
  },
  {
    name: 'passwd',
    summary: 'write password files for mosquitto and skua-broker',
    load: async () => (await import('./passwd.ts')).PASSWD,
  },
  {
    name: 'completion',
    summary: 'print a completion for bash or zsh',
    load: async () => (await import('./completion.ts')).COMPLETION,
  },
];
