import { toHex, type Bytes } from './bytes.ts';
import type { Fault } from './fault.ts';
import type { Vector, VectorPacket, VectorRole, VectorVersion } from './vector.ts';

/** What the cases of one call have in common. */
export interface CaseContext {
  readonly version: VectorVersion;
  readonly role: VectorRole;
  readonly section: string;
  readonly maximumPacketSize?: number;
}

/** Collects the vectors of one file of the corpus; names get the prefix `group/vN/`. */
export class CaseList {
  readonly group: string;
  readonly vectors: Vector[] = [];

  constructor(group: string) {
    this.group = group;
  }

  /** A packet that must be taken. `canonical: false` says that other bytes mean the same and are shorter. */
  valid(
    name: string,
    context: CaseContext,
    bytes: Bytes,
    packet: VectorPacket,
    options: { readonly canonical?: boolean; readonly statements?: readonly string[] } = {},
  ): void {
    this.add(
      name,
      context,
      bytes,
      { outcomes: [{ packet }], statements: options.statements ?? [] },
      options.canonical ?? true,
    );
  }

  /** A packet that must, or may, be refused. */
  invalid(name: string, context: CaseContext, bytes: Bytes, fault: Fault): void {
    this.add(name, context, bytes, fault, false);
  }

  private add(name: string, context: CaseContext, bytes: Bytes, fault: Fault, canonical: boolean): void {
    const { version, role, section, maximumPacketSize } = context;
    this.vectors.push({
      name: `${this.group}/v${version}/${name}`,
      section,
      version,
      role,
      hex: toHex(bytes),
      statements: [...new Set(fault.statements)],
      expect: fault.outcomes,
      ...(canonical ? { canonical } : {}),
      ...(maximumPacketSize === undefined ? {} : { maximumPacketSize }),
    });
  }
}
