import type { HostileCase } from '@skua/conformance';
import { fromHex, loadVectors } from '@skua/vectors';

/** Every packet of the corpus that a client must refuse, whichever way the specification is read. */
export function hostileCases(): readonly HostileCase[] {
  const cases: HostileCase[] = [];
  for (const { name, version, role, hex, expect, maximumPacketSize } of loadVectors()) {
    if (role !== 'client' || version === 3) continue;
    const errors = expect.filter((outcome) => 'error' in outcome);
    if (errors.length < expect.length) continue;
    const reasonCodes = errors.flatMap((error) => error.reasonCodes);
    cases.push({ name, version, bytes: fromHex(hex), reasonCodes, maximumPacketSize });
  }
  return cases;
}
