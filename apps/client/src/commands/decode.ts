import type { ProtocolVersion } from '@skua/codec';
import type { OptionGroup } from '../command-line/option.ts';
import { oneOf, parseOptions } from '../command-line/parse-options.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { annotatePackets, formatPacket } from '../decode/annotated-packet.ts';
import { parseHexBytes } from '../decode/parse-bytes.ts';
import { readAll } from '../terminal/standard-input.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Command } from './command.ts';

interface DecodeCommandSettings {
  sender: 'client' | 'server' | undefined;
  version: ProtocolVersion | undefined;
  base64: boolean;
  json: boolean;
}

const OPTIONS: OptionGroup<DecodeCommandSettings> = {
  title: 'Options',
  options: [
    {
      names: ['--from'],
      values: ['SIDE'],
      help: 'Who sent the packets, client or server; whoever may send them unless given.',
      completes: ['client', 'server'],
      apply: (settings, [side = ''], name) => {
        settings.sender = oneOf(name, side, ['client', 'server']);
      },
    },
    {
      names: ['-V', '--mqtt'],
      values: ['VERSION'],
      help: 'The version: 5, 311 or 31; that of the CONNECT among the packets, otherwise 5, unless given.',
      completes: ['5', '311', '31'],
      apply: (settings, [version = ''], name) => {
        settings.version = VERSIONS[oneOf(name, version, ['5', '311', '31'])];
      },
    },
    {
      names: ['--base64'],
      values: [],
      help: 'The bytes are base64.',
      apply: (settings) => {
        settings.base64 = true;
      },
    },
    {
      names: ['--json'],
      values: [],
      help: 'Prints one JSON object for each packet.',
      apply: (settings) => {
        settings.json = true;
      },
    },
  ],
};

/** `skua decode`. */
export const DECODE: Command = {
  usage: ['[options] HEX...', '[options] < FILE'],
  description: [
    'Explains packets field by field: offset, bytes, name and value, and for a packet that is wrong the place, the' +
      ' statement of the specification and the Reason Code.',
    'Bytes are pairs of hexadecimal digits, with or without blanks, colons, commas or 0x, or a hex dump; from stdin when' +
      ' none are given.',
  ],
  options: [OPTIONS],
  exitCodes: [
    ['0', 'every packet is right'],
    ['1', 'a packet is wrong or not complete'],
    ['2', 'wrong command line, or bytes that cannot be read'],
  ],
  examples: [
    ['skua decode c000', 'a PINGREQ'],
    ['skua decode --from server 20 03 00 00 00', 'a CONNACK of 5.0'],
  ],
  usageExitCode: 2,
  run,
};

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const settings: DecodeCommandSettings = { sender: undefined, version: undefined, base64: false, json: false };
  const words = parseOptions(argv, OPTIONS.options, settings);
  const text =
    words.length === 0 || words[0] === '-' ? (await readAll(terminal.stdin)).toString('utf8') : words.join(' ');
  const packets = annotatePackets(settings.base64 ? parseBase64(text) : parseHexBytes(text), settings);
  for (const packet of packets) {
    terminal.write(settings.json ? `${asJson(packet)}\n` : formatPacket(packet));
  }
  return packets.every(({ packet }) => packet !== undefined) ? 0 : 1;
}

function asJson(packet: ReturnType<typeof annotatePackets>[number]): string {
  const { sender, length, fields, error } = packet;
  const described = fields.map((field) => ({
    ...field,
    value: field.value instanceof Uint8Array ? { hex: Buffer.from(field.value).toString('hex') } : field.value,
  }));
  const { message, reasonCode, byteOffset, statement } = error ?? {};
  return JSON.stringify({
    sender,
    length,
    complete: packet.packet !== undefined,
    fields: described,
    ...(error === undefined ? {} : { error: { message, reasonCode, byteOffset, statement } }),
  });
}

function parseBase64(text: string): Uint8Array {
  const clean = text.replace(/\s/g, '');
  if (clean === '' || !/^[\w+/-]+={0,2}$/.test(clean)) throw new UsageError('The bytes are not base64.');
  return Uint8Array.from(Buffer.from(clean, 'base64'));
}

const VERSIONS = { 5: 5, 311: 4, 31: 3 } as const;
