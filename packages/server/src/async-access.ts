import type {
  AuthenticationAnswer,
  AuthenticationRequest,
  AuthenticationStep,
  Authenticator,
  AuthorizationAnswer,
  Authorizer,
  Connection,
  DeliveryAnswer,
  DeliveryClient,
  Message,
  PublishAnswer,
  SubscribeRequest,
} from '@skua/broker';

/**
 * Decides who may connect: the broker's `Authenticator`, with the choice of answering later by a promise. Input of that one
 * connection waits meanwhile. A rejection refuses the client with 0x80 and raises a `hookFailed` event.
 */
export interface AsyncAuthenticator {
  authenticate(request: AuthenticationRequest): AuthenticationAnswer | Promise<AuthenticationAnswer>;
  /** Further steps of an enhanced authentication (section 4.12); absent: none is offered. */
  continueAuthentication?(request: AuthenticationStep): AuthenticationAnswer | Promise<AuthenticationAnswer>;
}

/**
 * Decides what a client may do: the broker's `Authorizer`, with the choice of answering later by a promise. A rejection
 * denies with 0x83 and raises a `hookFailed` event.
 */
export interface AsyncAuthorizer {
  /** May refuse a message, or change it: see `PublishAnswer`. */
  authorizePublish?(connection: Connection, message: Message): PublishAnswer | Promise<PublishAnswer>;
  authorizeSubscribe?(
    connection: Connection,
    request: SubscribeRequest,
  ): AuthorizationAnswer | Promise<AuthorizationAnswer>;
  /** May drop or change the message for this client. Cannot be late: a delivery does not wait. */
  authorizeDelivery?(client: DeliveryClient, message: Message): DeliveryAnswer;
}

/** Where late answers go. Called outside the broker. */
export interface LateAnswers {
  authenticated(connection: Connection, ticket: number, answer: AuthenticationAnswer): void;
  authorized(connection: Connection, ticket: number, answer: PublishAnswer): void;
  hookFailed(hook: FailingHook, connection: Connection, error: unknown): void;
}

type FailingHook = 'authenticate' | 'continueAuthentication' | 'authorizePublish' | 'authorizeSubscribe';

/** Answers the broker at once where the hook does, and with 'pending' where it gives a promise. */
export function brokerAuthenticator(hooks: AsyncAuthenticator, late: LateAnswers): Authenticator {
  const settle = (
    answer: AuthenticationAnswer | Promise<AuthenticationAnswer>,
    hook: FailingHook,
    connection: Connection,
    ticket: number,
  ): AuthenticationAnswer | 'pending' => {
    if (!(answer instanceof Promise)) return answer;
    answer.then(
      (settled) => late.authenticated(connection, ticket, settled),
      (error: unknown) => {
        late.hookFailed(hook, connection, error);
        late.authenticated(connection, ticket, { outcome: 'reject', reasonCode: UNSPECIFIED_ERROR });
      },
    );
    return 'pending';
  };
  return {
    authenticate: (request, ticket) => settle(hooks.authenticate(request), 'authenticate', request.connection, ticket),
    ...(hooks.continueAuthentication === undefined
      ? {}
      : {
          continueAuthentication: (request, ticket) =>
            settle(
              hooks.continueAuthentication?.(request) ?? { outcome: 'reject' },
              'continueAuthentication',
              request.connection,
              ticket,
            ),
        }),
  };
}

/** The same for an authorizer. */
export function brokerAuthorizer(hooks: AsyncAuthorizer, late: LateAnswers): Authorizer {
  const settle = <Answer extends PublishAnswer>(
    answer: Answer | Promise<Answer>,
    hook: FailingHook,
    connection: Connection,
    ticket: number,
  ): Answer | 'pending' => {
    if (!(answer instanceof Promise)) return answer;
    answer.then(
      (settled) => late.authorized(connection, ticket, settled),
      (error: unknown) => {
        late.hookFailed(hook, connection, error);
        late.authorized(connection, ticket, IMPLEMENTATION_SPECIFIC_ERROR);
      },
    );
    return 'pending';
  };
  return {
    ...(hooks.authorizePublish === undefined
      ? {}
      : {
          authorizePublish: (connection, message, ticket) =>
            settle<PublishAnswer>(
              hooks.authorizePublish?.(connection, message) ?? 'deny',
              'authorizePublish',
              connection,
              ticket,
            ),
        }),
    ...(hooks.authorizeSubscribe === undefined
      ? {}
      : {
          authorizeSubscribe: (connection, request, ticket) =>
            settle<AuthorizationAnswer>(
              hooks.authorizeSubscribe?.(connection, request) ?? 'deny',
              'authorizeSubscribe',
              connection,
              ticket,
            ),
        }),
    ...(hooks.authorizeDelivery === undefined
      ? {}
      : { authorizeDelivery: (client, message) => hooks.authorizeDelivery?.(client, message) ?? false }),
  };
}

/** Reason codes of section 2.4. */
const UNSPECIFIED_ERROR = 0x80;
const IMPLEMENTATION_SPECIFIC_ERROR = 0x83;
