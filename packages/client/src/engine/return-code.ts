import type { VersionRules } from '@skua/session';

/** The Connect Return code that a CONNACK before 5.0 had, from the Reason Code that means the same; undefined in 5.0. */
export function returnCode(reasonCode: number, { hasProperties }: VersionRules): number | undefined {
  return hasProperties ? undefined : RETURN_CODES[reasonCode];
}

/** Table 3.1 of 3.1.1. */
const RETURN_CODES: Readonly<Record<number, number>> = { 0x84: 1, 0x85: 2, 0x88: 3, 0x86: 4, 0x87: 5 };
