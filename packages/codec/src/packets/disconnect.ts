import type { ReasonCode } from '../reason-code.ts';
import type { UserProperty } from '../user-property.ts';

/** The last packet of a connection, from a client or (5.0 only) from a server (section 3.14). */
export interface DisconnectPacket {
  readonly type: 'disconnect';
  /** NormalDisconnection in 3.1.1 and 3.1, which carry none. */
  readonly reasonCode: ReasonCode;
  /** Empty for 3.1.1 and 3.1. */
  readonly properties: DisconnectProperties;
}

/** The properties of DISCONNECT (section 3.14.2.2). */
export interface DisconnectProperties {
  /** Seconds, 0 to 4,294,967,295; only a client sends it. */
  readonly sessionExpiryInterval?: number | undefined;
  readonly reasonString?: string | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
  /** Only a server sends it. */
  readonly serverReference?: string | undefined;
}
