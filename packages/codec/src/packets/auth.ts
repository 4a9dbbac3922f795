import type { ReasonCode } from '../reason-code.ts';
import type { UserProperty } from '../user-property.ts';

/** A step of enhanced authentication, 5.0 only (sections 3.15 and 4.12). */
export interface AuthPacket {
  readonly type: 'auth';
  /** Success, ContinueAuthentication or ReAuthenticate. */
  readonly reasonCode: ReasonCode;
  readonly properties: AuthProperties;
}

/** The properties of AUTH (section 3.15.2.2). */
export interface AuthProperties {
  readonly authenticationMethod?: string | undefined;
  readonly authenticationData?: Uint8Array | undefined;
  readonly reasonString?: string | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
}
