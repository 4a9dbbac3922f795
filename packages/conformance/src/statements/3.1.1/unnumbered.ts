import type { Statement } from '../statement.ts';

/** 3.1.1, hard rules without a number. */
export const UNNUMBERED_OF_3_1_1: readonly Statement[] = [
  {
    id: 'v3 U-3.1.4-4',
    binds: 'server',
    says: 'A client that fails a check of the server, such as authentication, is not let in: the connection is closed.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 U-3.2.2.1-1',
    binds: 'server',
    says: 'The reserved bits of the Connect Acknowledge Flags are 0.',
    server: { kind: 'tested' },
  },
];
