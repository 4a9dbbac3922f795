import type { Tracing } from './tracing.ts';

/** What is used of `@opentelemetry/api`; give that package itself. */
export interface OpenTelemetryApi<Context, Span extends OpenTelemetrySpan> {
  readonly context: {
    active(): Context;
    with<R>(context: Context, run: () => R): R;
  };
  readonly propagation: {
    inject(context: Context, carrier: Record<string, string>): void;
    extract(context: Context, carrier: Readonly<Record<string, string>>): Context;
  };
  readonly trace: {
    getTracer(name: string): {
      startSpan(
        name: string,
        options: { kind: number; attributes: Record<string, string | number> },
        context: Context,
      ): Span;
    };
    setSpan(context: Context, span: Span): Context;
  };
}

/** What is used of a span. */
export interface OpenTelemetrySpan {
  recordException(error: Error): void;
  setStatus(status: { readonly code: number }): unknown;
  end(): void;
}

/**
 * Traces with OpenTelemetry: a span for each message that is published, until it is acknowledged, and one for each handler.
 * The context travels in User Properties, so it is 5.0 only.
 *
 * @example
 * import * as api from '@opentelemetry/api';
 * const client = await connect(url, { tracing: openTelemetry(api) });
 */
export function openTelemetry<Context, Span extends OpenTelemetrySpan>({
  context,
  propagation,
  trace,
}: OpenTelemetryApi<Context, Span>): Tracing {
  const tracer = trace.getTracer('@skua/client');
  const fail = (span: Span, error: unknown): void => {
    span.recordException(error instanceof Error ? error : new Error(String(error)));
    span.setStatus({ code: STATUS_ERROR });
  };
  return {
    publish: (topicName, qos) => {
      const attributes = {
        'messaging.system': 'mqtt',
        'messaging.destination.name': topicName,
        'messaging.mqtt.qos': qos,
      };
      const span = tracer.startSpan(`publish ${topicName}`, { kind: KIND_PRODUCER, attributes }, context.active());
      const carrier: Record<string, string> = {};
      propagation.inject(trace.setSpan(context.active(), span), carrier);
      return {
        userProperties: Object.entries(carrier),
        end: (outcome) => {
          if (outcome instanceof Error) fail(span, outcome);
          span.end();
        },
      };
    },
    handle: (message, run) => {
      const { topicName, qos, properties } = message;
      const parent = propagation.extract(context.active(), Object.fromEntries(properties.userProperties ?? []));
      const attributes = {
        'messaging.system': 'mqtt',
        'messaging.destination.name': topicName,
        'messaging.mqtt.qos': qos,
      };
      const span = tracer.startSpan(`process ${topicName}`, { kind: KIND_CONSUMER, attributes }, parent);
      try {
        const result = context.with(trace.setSpan(parent, span), run);
        if (result === undefined) {
          span.end();
          return undefined;
        }
        return result
          .catch((error: unknown) => {
            fail(span, error);
            throw error;
          })
          .finally(() => span.end());
      } catch (error) {
        fail(span, error);
        span.end();
        throw error;
      }
    },
  };
}

// The numbers of SpanKind and SpanStatusCode.
const KIND_PRODUCER = 3;
const KIND_CONSUMER = 4;
const STATUS_ERROR = 2;
