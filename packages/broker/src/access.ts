import type { ConnectPacket, QoS } from '@skua/codec';

import type { Connection } from './connection.ts';
import type { Message, MessageChange } from './message.ts';

/**
 * Decides who may connect.
 *
 * An answer given at once costs nothing. `'pending'` pauses the input of this one connection until the embedder calls
 * {@link Broker.handleAuthenticated} with the same ticket; an answer with an old ticket is ignored. A method that
 * throws refuses the connection with 0x80 and raises a `hookFailed` event.
 */
export interface Authenticator {
  /** Called once for every CONNECT that is well formed and within the limits. */
  authenticate(request: AuthenticationRequest, ticket: number): AuthenticationAnswer | 'pending';
  /**
   * Called for each further AUTH of an exchange that an earlier answer continued, and for a re-authentication
   * (section 4.12.1). Absent: a CONNECT with an Authentication Method is refused with 0x8C.
   */
  continueAuthentication?(request: AuthenticationStep, ticket: number): AuthenticationAnswer | 'pending';
}

/** What an {@link Authenticator} is asked about. */
export interface AuthenticationRequest {
  readonly connection: Connection;
  /** The Client Identifier as sent; '' when the broker is to assign one. */
  readonly clientIdentifier: string;
  readonly userName: string | undefined;
  /** A view of the read chunk, valid until the answer was given at once; copy it to keep it while pending. */
  readonly password: Uint8Array | undefined;
  /** The whole CONNECT, for authenticators that look at more than that. */
  readonly packet: ConnectPacket;
}

/** One AUTH packet of an enhanced authentication (section 4.12). */
export interface AuthenticationStep {
  readonly connection: Connection;
  /** The Authentication Method, the same as in CONNECT. */
  readonly authenticationMethod: string;
  readonly authenticationData: Uint8Array | undefined;
  /** True for the first AUTH of a re-authentication and for all that follow it. */
  readonly reauthentication: boolean;
}

/** The decision of an {@link Authenticator}. */
export type AuthenticationAnswer =
  | {
      readonly outcome: 'accept';
      /** Replaces the User Name for authorization and listings; a certificate's Common Name, for instance. */
      readonly userName?: string | undefined;
      /** Replaces the Client Identifier. */
      readonly clientIdentifier?: string | undefined;
      /** The last Authentication Data, sent in the CONNACK or in the AUTH that ends a re-authentication. */
      readonly authenticationData?: Uint8Array | undefined;
    }
  | {
      readonly outcome: 'continue';
      /** Sent in an AUTH with 0x18 (section 4.12). */
      readonly authenticationData?: Uint8Array | undefined;
    }
  | {
      readonly outcome: 'reject';
      /** A CONNACK reason code of 0x80 or more; default 0x87 Not authorized. Mapped to a return code for 3.1.1. */
      readonly reasonCode?: number | undefined;
      readonly reasonString?: string | undefined;
      /** For 0x9C Use another server and 0x9D Server moved (section 4.11). */
      readonly serverReference?: string | undefined;
    };

/** `'allow'`, `'deny'` (0x87), or a reason code of 0x80 or more that the packet concerned may carry. */
export type AuthorizationAnswer = 'allow' | 'deny' | number;

/**
 * The decision about a PUBLISH. `message` lets the message through with this change, which may be anything that
 * {@link Broker.publish} takes, also a Topic Name or QoS that the client itself could not use. The client gets the
 * acknowledgement that its own packet asks for. A change that is no valid message counts as a hook that throws.
 */
export type PublishAnswer = AuthorizationAnswer | { readonly message: MessageChange };

/**
 * The decision about a delivery: whether the client gets the message, or gets it with this change. QoS and RETAIN are
 * those of the subscription. A changed message is encoded for this client alone; unchanged ones share their encoding.
 */
export type DeliveryAnswer = boolean | { readonly message: Omit<MessageChange, 'qos' | 'retain'> };

/**
 * Decides what a connected client may do. Every method is optional: absent means allowed.
 *
 * `'pending'` pauses the input of this one connection until {@link Broker.handleAuthorized} is called with the same
 * ticket. A method that throws denies with 0x83 and raises a `hookFailed` event.
 */
export interface Authorizer {
  /** Called for each PUBLISH of a client and, at CONNECT, for its Will: may refuse the message, or change it. */
  authorizePublish?(connection: Connection, message: Message, ticket: number): PublishAnswer | 'pending';
  /** Called for each Topic Filter of a SUBSCRIBE, in order. */
  authorizeSubscribe?(
    connection: Connection,
    request: SubscribeRequest,
    ticket: number,
  ): AuthorizationAnswer | 'pending';
  /**
   * Called for each message that is about to be queued or sent to a client's session, connected or not: may drop the
   * message, or change it, for this client. It cannot be pending: a delivery does not wait. One that throws drops it.
   */
  authorizeDelivery?(client: DeliveryClient, message: Message): DeliveryAnswer;
}

/** One Topic Filter of a SUBSCRIBE. */
export interface SubscribeRequest {
  /** As the client sent it, with `$share/{ShareName}/` if it is a Shared Subscription. */
  readonly subscriptionFilter: string;
  /** The filter alone. */
  readonly topicFilter: string;
  readonly shareName: string | undefined;
  readonly qos: QoS;
}

/** The receiver of a delivery. */
export interface DeliveryClient {
  readonly clientIdentifier: string;
  readonly userName: string | undefined;
}
