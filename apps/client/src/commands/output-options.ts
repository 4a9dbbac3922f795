import type { OptionGroup } from '../command-line/option.ts';
import { wholeNumber } from '../command-line/parse-options.ts';
import { MessagePrinter, type PrinterSettings } from '../output/message-printer.ts';
import { parseTemplate, type TemplatePart } from '../output/parse-template.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** What is printed of received messages, and how long. */
export interface OutputSettings {
  template: readonly TemplatePart[] | undefined;
  view: PrinterSettings['view'];
  watch: boolean;
  pretty: boolean;
  endOfLine: boolean;
  skipRetained: boolean;
  /** Seconds. */
  timeout: number | undefined;
}

/** What holds when no option is given. */
export function defaultOutput(): OutputSettings {
  return {
    template: undefined,
    view: 'payload',
    watch: false,
    pretty: false,
    endOfLine: true,
    skipRetained: false,
    timeout: undefined,
  };
}

/** The printer for the options. */
export function printerFor(settings: OutputSettings & { readonly quiet: boolean }, terminal: Terminal): MessagePrinter {
  return new MessagePrinter({
    template: settings.template,
    view: settings.view,
    pretty: settings.pretty,
    endOfLine: settings.endOfLine,
    onNotJson: (topicName) => {
      if (!settings.quiet) terminal.writeError(`Error: Message payload is not valid JSON on topic ${topicName}.\n`);
    },
  });
}

/** What `sub` and `rr` print. */
export const OUTPUT_OPTIONS: OptionGroup<OutputSettings> = {
  title: 'Output',
  options: [
    {
      names: ['-v', '--verbose'],
      values: [],
      help: 'Prints the topic before the payload.',
      apply: (settings) => {
        settings.view = 'verbose';
      },
    },
    {
      names: ['-F', '--format'],
      values: ['TEMPLATE'],
      help:
        'Prints by a template: %t topic, %p payload, %x %X payload in hexadecimal, %l its length, %q QoS, %r retain flag,' +
        ' %m packet identifier; of 5.0 %A topic alias, %C content type, %D correlation data, %E message expiry, %F payload' +
        ' format, %P user properties, %R response topic, %S subscription identifier; %I ISO 8601 time, %U seconds since' +
        ' 1970, %j JSON, %J JSON with a payload that is JSON, %% a percent sign. Between % and the letter: - left' +
        ' aligned, 0 padded with zeros, a width, a dot and a maximum. @X is what strftime makes of %X, @N nanoseconds,' +
        ' @@ an at sign; \\n \\r \\t \\v \\a \\e \\0 \\\\ are characters.',
      apply: (settings, [template = '']) => {
        settings.template = parseTemplate(template);
      },
    },
    {
      names: ['--json'],
      values: [],
      help: 'Prints one JSON object for each message, with its 5.0 properties; skua replay reads it.',
      apply: (settings) => {
        settings.view = 'json';
      },
    },
    {
      names: ['--hex'],
      values: [],
      help: 'Prints payloads as a hex dump.',
      apply: (settings) => {
        settings.view = 'hex';
      },
    },
    {
      names: ['--diff'],
      values: [],
      help: 'Prints what has changed since the last message of the same topic.',
      apply: (settings) => {
        settings.view = 'diff';
      },
    },
    {
      names: ['-w', '--watch'],
      values: [],
      help: 'Gives each topic a line of the terminal that its newest message replaces.',
      apply: (settings) => {
        settings.watch = true;
      },
    },
    {
      names: ['--pretty'],
      values: [],
      help: 'Prints %j and %J over several lines.',
      apply: (settings) => {
        settings.pretty = true;
      },
    },
    {
      names: ['-N', '--no-newline'],
      values: [],
      help: 'Prints no newline after a message.',
      apply: (settings) => {
        settings.endOfLine = false;
      },
    },
    {
      names: ['-R', '--no-retained'],
      values: [],
      help: 'Leaves out what the server has kept.',
      apply: (settings) => {
        settings.skipRetained = true;
      },
    },
    {
      names: ['-W', '--timeout'],
      values: ['SECONDS'],
      help: 'Ends after so many seconds, with exit code 27.',
      apply: (settings, [seconds = ''], name) => {
        settings.timeout = wholeNumber(name, seconds, 1, 2_000_000);
      },
    },
  ],
};
