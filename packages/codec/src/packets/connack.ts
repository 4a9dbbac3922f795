import type { ReasonCode } from '../reason-code.ts';
import type { UserProperty } from '../user-property.ts';

/** The server's answer to CONNECT (section 3.2). */
export interface ConnackPacket {
  readonly type: 'connack';
  readonly sessionPresent: boolean;
  /** A return code of 3.1.1 is decoded to the Reason Code with the same meaning. */
  readonly reasonCode: ReasonCode;
  /** Empty for 3.1.1 and 3.1. */
  readonly properties: ConnackProperties;
}

/** The properties of CONNACK (section 3.2.2.3). */
export interface ConnackProperties {
  /** Seconds, 0 to 4,294,967,295. */
  readonly sessionExpiryInterval?: number | undefined;
  /** 1 to 65,535. */
  readonly receiveMaximum?: number | undefined;
  /** Absent means 2. */
  readonly maximumQos?: 0 | 1 | undefined;
  readonly retainAvailable?: boolean | undefined;
  /** Bytes, 1 to 4,294,967,295. */
  readonly maximumPacketSize?: number | undefined;
  readonly assignedClientIdentifier?: string | undefined;
  /** 0 to 65,535. */
  readonly topicAliasMaximum?: number | undefined;
  readonly reasonString?: string | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
  readonly wildcardSubscriptionAvailable?: boolean | undefined;
  readonly subscriptionIdentifiersAvailable?: boolean | undefined;
  readonly sharedSubscriptionAvailable?: boolean | undefined;
  /** Seconds, 0 to 65,535. */
  readonly serverKeepAlive?: number | undefined;
  readonly responseInformation?: string | undefined;
  readonly serverReference?: string | undefined;
  readonly authenticationMethod?: string | undefined;
  readonly authenticationData?: Uint8Array | undefined;
}
