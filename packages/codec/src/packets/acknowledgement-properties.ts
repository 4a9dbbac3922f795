import type { UserProperty } from '../user-property.ts';

/** The properties of PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK and UNSUBACK. Empty for 3.1.1 and 3.1. */
export interface AcknowledgementProperties {
  readonly reasonString?: string | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
}
