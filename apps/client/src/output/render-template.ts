import { isJson } from './json-text.ts';
import { messageAsJson } from './mosquitto-json.ts';
import type { FieldCode, Layout, TemplatePart } from './parse-template.ts';
import type { PrintedMessage } from './printed-message.ts';
import { formatDate } from './strftime.ts';

/** How a template is filled. */
export interface RenderOptions {
  /** `%j` and `%J` over several lines. */
  readonly pretty: boolean;
  /** Hears that `%J` met a payload that is not JSON; nothing is printed for it then. */
  readonly onNotJson: (topicName: string) => void;
}

/** Fills a template with a message; what comes out need not be text. */
export function renderTemplate(
  parts: readonly TemplatePart[],
  message: PrintedMessage,
  options: RenderOptions,
): Uint8Array {
  const pieces = parts.map((part) => {
    switch (part.kind) {
      case 'text':
        return Buffer.from(part.text);
      case 'date':
        return Buffer.from(formatDate(part.code, message.receivedAt));
      case 'field':
      default:
        return renderField(part.code, part.layout, message, options);
    }
  });
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}

function renderField(code: FieldCode, layout: Layout, message: PrintedMessage, options: RenderOptions): Uint8Array {
  const { properties, payload, receivedAt } = message;
  switch (code) {
    case 'A':
      return integer(properties.topicAlias, layout);
    case 'C':
      return properties.contentType === undefined ? blank(layout, false) : text(properties.contentType, layout);
    case 'D':
      return properties.correlationData ?? NOTHING;
    case 'E':
      return integer(properties.messageExpiryInterval, layout);
    case 'F':
      return integer(properties.payloadFormatIndicator, layout);
    case 'I':
      return text(
        `${formatDate('F', receivedAt)}T${formatDate('T', receivedAt)}${formatDate('z', receivedAt)}`,
        layout,
      );
    case 'J':
      if (payload.length > 0 && !isJson(payload)) {
        options.onNotJson(message.topicName);
        return NOTHING;
      }
      return Buffer.from(messageAsJson(message, 'as it is', options.pretty));
    case 'j':
      return Buffer.from(messageAsJson(message, 'quoted', options.pretty));
    case 'l':
      return integer(payload.length, layout);
    case 'm':
      return integer(message.packetIdentifier, layout);
    case 'P':
      return Buffer.from((properties.userProperties ?? []).map(([name, value]) => `${name}:${value}`).join(' '));
    case 'p':
      return bytes(payload, layout);
    case 'q':
      return Buffer.from(`${message.qos}`);
    case 'R':
      return properties.responseTopic === undefined ? NOTHING : text(properties.responseTopic, layout);
    case 'r':
      return Buffer.from(message.retain ? '1' : '0');
    case 'S':
      return integer(properties.subscriptionIdentifiers?.[0], layout);
    case 't':
      return text(message.topicName, layout);
    case 'U':
      return Buffer.from(`${formatDate('s', receivedAt)}.${formatDate('N', receivedAt)}`);
    case 'X':
      return hexadecimal(payload, layout, true);
    case 'x':
    default:
      return hexadecimal(payload, layout, false);
  }
}

function integer(value: number | undefined, layout: Layout): Uint8Array {
  if (value === undefined) return blank(layout, layout.zeroPadded);
  const digits = `${value}`;
  if (layout.leftAligned) return Buffer.from(digits.padEnd(layout.width));
  return Buffer.from(digits.padStart(layout.width, layout.zeroPadded ? '0' : ' '));
}

function blank(layout: Layout, zeroPadded: boolean): Uint8Array {
  return Buffer.alloc(layout.width, zeroPadded ? '0' : ' ');
}

/** Widths count bytes, as printf does. */
function text(value: string, layout: Layout): Uint8Array {
  const whole = Buffer.from(value);
  const shown = layout.maximum === undefined ? whole : whole.subarray(0, layout.maximum);
  const padding = Buffer.alloc(Math.max(0, layout.width - shown.length), ' ');
  return Buffer.concat(layout.leftAligned ? [shown, padding] : [padding, shown]);
}

/** The width of a payload is its maximum as well. */
function bytes(payload: Uint8Array, layout: Layout): Uint8Array {
  if (layout.width === 0) return payload;
  return padded(payload.subarray(0, layout.width), layout);
}

function hexadecimal(payload: Uint8Array, layout: Layout, upperCase: boolean): Uint8Array {
  // The width first cuts the bytes, then their digits, as mosquitto_sub does: %20x shows ten bytes at the most, of a short
  // payload half of it.
  const shown =
    layout.width === 0 ? payload : payload.subarray(0, Math.floor(Math.min(payload.length, layout.width) / 2));
  const digits = Buffer.from(shown.buffer, shown.byteOffset, shown.length).toString('hex');
  return padded(Buffer.from(upperCase ? digits.toUpperCase() : digits), layout);
}

function padded(shown: Uint8Array, layout: Layout): Uint8Array {
  const count = Math.max(0, layout.width - shown.length);
  if (layout.leftAligned) return Buffer.concat([shown, Buffer.alloc(count, ' ')]);
  return Buffer.concat([Buffer.alloc(count, layout.zeroPadded ? '0' : ' '), shown]);
}

const NOTHING = new Uint8Array(0);
