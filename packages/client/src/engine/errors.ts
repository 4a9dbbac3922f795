/** What a {@link ClientError} knows beyond its message. */
export interface ClientErrorDetails {
  /** The Reason Code of the packet that it is about. */
  readonly reasonCode?: number | undefined;
  /** The normative statement that is concerned. */
  readonly statement?: string | undefined;
  /** What led to it. */
  readonly cause?: unknown;
}

/** The base of every error that the client gives. */
export class ClientError extends Error {
  override name = 'ClientError';
  /** The Reason Code of the packet that it is about; undefined when there is none. */
  readonly reasonCode: number | undefined;
  /** The normative statement that is concerned, with `v3 ` before it when it is one of 3.1.1. */
  readonly statement: string | undefined;

  constructor(message: string, details: ClientErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.reasonCode = details.reasonCode;
    this.statement = details.statement;
  }
}

/** An attempt to connect failed: no network, a CONNACK that refuses, no CONNACK in time. */
export class ConnectError extends ClientError {
  override name = 'ConnectError';
  /** The server that was tried. */
  readonly server: string;
  /** Another server to use, if the CONNACK named one. */
  readonly serverReference: string | undefined;
  /** The Connect Return code, 1 to 5, if it was a CONNACK of 3.1.1 or 3.1; `reasonCode` is then the one that means the same. */
  readonly returnCode: number | undefined;

  constructor(
    message: string,
    server: string,
    details: ClientErrorDetails = {},
    serverReference?: string,
    returnCode?: number,
  ) {
    super(message, details);
    this.server = server;
    this.serverReference = serverReference;
    this.returnCode = returnCode;
  }
}

/** A connection that was established has ended. */
export class DisconnectedError extends ClientError {
  override name = 'DisconnectedError';
  /** Who ended it; `network`: nobody said anything. */
  readonly by: 'client' | 'server' | 'network';
  readonly reasonString: string | undefined;
  /** Another server to use, if the DISCONNECT named one. */
  readonly serverReference: string | undefined;

  constructor(
    message: string,
    by: 'client' | 'server' | 'network',
    details: ClientErrorDetails = {},
    reasonString?: string,
    serverReference?: string,
  ) {
    super(message, details);
    this.by = by;
    this.reasonString = reasonString;
    this.serverReference = serverReference;
  }
}

/** Something that the server does not allow, refused before a byte is sent. */
export class LimitError extends ClientError {
  override name = 'LimitError';
  /** The limit in the specification's words, as `Maximum QoS`. */
  readonly limit: string;

  constructor(limit: string, found: unknown, allowed: unknown, statement: string) {
    super(`${limit} of the server is ${String(allowed)}; found: ${String(found)}`, { statement });
    this.limit = limit;
  }
}

/** The queue is full and its policy does not let the message wait. */
export class QueueFullError extends ClientError {
  override name = 'QueueFullError';
}

/** A message gave way to another in the queue, or may not be queued. */
export class MessageDroppedError extends ClientError {
  override name = 'MessageDroppedError';
}

/** The Message Expiry Interval ended before the message was sent. */
export class MessageExpiredError extends ClientError {
  override name = 'MessageExpiredError';
}

/** The server refused a message with PUBACK, PUBREC or PUBCOMP. */
export class PublishRefusedError extends ClientError {
  override name = 'PublishRefusedError';
}

/** The server has forgotten the session, so nobody knows whether this QoS 2 message arrived. */
export class SessionLostError extends ClientError {
  override name = 'SessionLostError';
}

/** The client was closed. */
export class ClosedError extends ClientError {
  override name = 'ClosedError';
}

/** Something took longer than the call allows. */
export class TimeoutError extends ClientError {
  override name = 'TimeoutError';
}

/** The call's signal was aborted; the reason is its `cause`. */
export class AbortError extends ClientError {
  override name = 'AbortError';
}

/** The server refused Topic Filters. */
export class SubscribeRefusedError extends ClientError {
  override name = 'SubscribeRefusedError';
  /** What the server said of every Topic Filter of the request. */
  readonly results: readonly SubscriptionResult[];

  constructor(results: readonly SubscriptionResult[]) {
    const refused = results.filter(({ reasonCode }) => reasonCode >= 0x80);
    const texts = refused.map(({ topicFilter, reasonCode, reasonString }) => {
      return `${topicFilter} with 0x${reasonCode.toString(16)}${reasonString === undefined ? '' : ` (${reasonString})`}`;
    });
    super(`The server refused ${texts.join(', ')}`, { reasonCode: refused[0]?.reasonCode });
    this.results = results;
  }
}

/** What the server said about one Topic Filter. */
export interface SubscriptionResult {
  readonly topicFilter: string;
  /** The granted QoS, 0 to 2, or why it was refused, 0x80 or above. Of UNSUBACK: below 0x80 it is gone. */
  readonly reasonCode: number;
  /** For all Topic Filters of one request. */
  readonly reasonString: string | undefined;
}
