import { formatMessageLine } from '../records/message-line.ts';
import { hexView } from './hex-view.ts';
import type { TemplatePart } from './parse-template.ts';
import { payloadDiff } from './payload-diff.ts';
import type { PrintedMessage } from './printed-message.ts';
import { renderTemplate } from './render-template.ts';

/** What is printed of a message. */
export interface PrinterSettings {
  /** `-F`, which goes before the others. */
  readonly template: readonly TemplatePart[] | undefined;
  readonly view: 'payload' | 'verbose' | 'json' | 'hex' | 'diff';
  readonly pretty: boolean;
  /** Whether a newline follows. */
  readonly endOfLine: boolean;
  /** Hears that `%J` met a payload that is not JSON. */
  readonly onNotJson: (topicName: string) => void;
}

/** Makes the bytes that are printed of each message, mosquitto_sub's ways first. */
export class MessagePrinter {
  readonly #settings: PrinterSettings;
  /** The last payload by topic, the topic that was longest silent first; `--diff` alone fills it. */
  readonly #previous = new Map<string, Uint8Array>();

  constructor(settings: PrinterSettings) {
    this.#settings = settings;
  }

  /** The bytes, its end of line with them; empty when nothing is printed. */
  print(message: PrintedMessage): Uint8Array {
    const { template, view, endOfLine } = this.#settings;
    if (template !== undefined) return this.#ended(renderTemplate(template, message, this.#settings));
    switch (view) {
      case 'payload':
        return message.payload.length === 0 ? NOTHING : this.#ended(message.payload);
      case 'verbose':
        if (message.payload.length > 0) {
          return this.#ended(Buffer.concat([Buffer.from(`${message.topicName} `), message.payload]));
        }
        return endOfLine ? Buffer.from(`${message.topicName} (null)\n`) : NOTHING;
      case 'json':
        return Buffer.from(`${formatMessageLine(message)}\n`);
      case 'hex':
        return Buffer.from(`${heading(message)}\n${hexView(message.payload)}\n`);
      case 'diff':
      default:
        return this.#diff(message);
    }
  }

  #ended(bytes: Uint8Array): Uint8Array {
    return this.#settings.endOfLine ? Buffer.concat([bytes, NEWLINE]) : bytes;
  }

  #diff(message: PrintedMessage): Uint8Array {
    const { topicName, payload } = message;
    const previous = this.#previous.get(topicName);
    this.#previous.delete(topicName);
    this.#previous.set(topicName, payload);
    if (this.#previous.size > TOPICS_MAX) {
      const [oldest] = this.#previous.keys();
      if (oldest !== undefined) this.#previous.delete(oldest);
    }
    if (previous === undefined) {
      const text = Buffer.from(payload).toString('utf8');
      return Buffer.from(`${topicName} first: ${text}\n`);
    }
    const changes = payloadDiff(previous, payload);
    const lines = changes.length === 0 ? ['  = unchanged'] : changes.map((line) => `  ${line}`);
    return Buffer.from(`${topicName}\n${lines.join('\n')}\n`);
  }
}

function heading({ topicName, payload, qos, retain }: PrintedMessage): string {
  return `${topicName}: ${payload.length} bytes, QoS ${qos}${retain ? ', retained' : ''}`;
}

const NOTHING = new Uint8Array(0);
const NEWLINE = Buffer.from('\n');
/** Topics whose last payload `--diff` remembers; the one that was silent for the longest time is forgotten first. */
const TOPICS_MAX = 10_000;
