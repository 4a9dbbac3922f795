import type { OptionGroup } from '../command-line/option.ts';
import { oneOf } from '../command-line/parse-options.ts';
import { UsageError } from '../command-line/usage-error.ts';
import type { ConnectionSettings } from './connection-settings.ts';

/** Whom to trust, and who the client is to the server. */
export const TLS_OPTIONS: OptionGroup<ConnectionSettings> = {
  title: 'TLS',
  options: [
    {
      names: ['--tls'],
      values: [],
      help: 'Encrypts. Port 8883, --cafile, --capath, --psk, --tls-use-os-certs and mqtts and wss URLs do so too.',
      apply: ({ tls }) => {
        tls.wanted = true;
      },
    },
    {
      names: ['--no-tls'],
      values: [],
      help: 'Does not encrypt, whatever the port.',
      apply: ({ tls }) => {
        tls.refused = true;
      },
    },
    {
      names: ['--cafile'],
      values: ['FILE'],
      help: 'Authorities that may have issued the certificate of the server, PEM; those of the system unless given.',
      completes: 'file',
      apply: ({ tls }, [file]) => {
        tls.caFile = file;
      },
    },
    {
      names: ['--capath'],
      values: ['FOLDER'],
      help: 'A folder of such files, *.crt or *.pem.',
      completes: 'folder',
      apply: ({ tls }, [folder]) => {
        tls.caPath = folder;
      },
    },
    {
      names: ['--tls-use-os-certs'],
      values: [],
      help: 'Trusts the authorities of the system, also beside --cafile and --capath.',
      apply: ({ tls }) => {
        tls.osCertificates = true;
      },
    },
    {
      names: ['--cert'],
      values: ['FILE'],
      help: 'The certificate of the client, PEM, with --key.',
      completes: 'file',
      apply: ({ tls }, [file]) => {
        tls.certFile = file;
      },
    },
    {
      names: ['--key'],
      values: ['FILE'],
      help: 'The private key of --cert, PEM.',
      completes: 'file',
      apply: ({ tls }, [file]) => {
        tls.keyFile = file;
      },
    },
    {
      names: ['--insecure'],
      values: [],
      help: 'Does not compare the name in the certificate with the host. Never in production.',
      apply: ({ tls }) => {
        tls.insecure = true;
      },
    },
    {
      names: ['--tls-version'],
      values: ['VERSION'],
      help: 'Only this version: tlsv1.3, tlsv1.2 or tlsv1.1. 1.2 or later unless given.',
      completes: ['tlsv1.3', 'tlsv1.2', 'tlsv1.1'],
      apply: ({ tls }, [version = ''], name) => {
        tls.version = oneOf(name, version, ['tlsv1.3', 'tlsv1.2', 'tlsv1.1']);
      },
    },
    {
      names: ['--tls-alpn'],
      values: ['PROTOCOL'],
      help: 'The protocol to ask for (ALPN), where one port serves several; MQTT is "mqtt".',
      apply: ({ tls }, [protocol]) => {
        tls.alpn = protocol;
      },
    },
    {
      names: ['--ciphers'],
      values: ['LIST'],
      help: "Cipher suites in OpenSSL's notation.",
      apply: ({ tls }, [list]) => {
        tls.ciphers = list;
      },
    },
    {
      names: ['--psk'],
      values: ['HEX'],
      help: 'A pre-shared key in place of certificates (TLS 1.2), with --psk-identity.',
      apply: ({ tls }, [key = ''], name) => {
        if (!/^(?:[0-9a-f]{2})+$/i.test(key)) {
          throw new UsageError(`${name}: found "${key}"; allowed: pairs of hexadecimal digits.`);
        }
        tls.pskHex = key;
      },
    },
    {
      names: ['--psk-identity'],
      values: ['NAME'],
      help: 'Whose key --psk is.',
      apply: ({ tls }, [identity]) => {
        tls.pskIdentity = identity;
      },
    },
    {
      names: ['--keyform'],
      values: ['FORM'],
      help: 'Only pem is possible: keys of an OpenSSL engine are out of reach of Node.js.',
      completes: ['pem'],
      apply: (_, [form = ''], name) => {
        if (form !== 'pem') throw new UsageError(`${name}: found "${form}"; allowed: pem. ${NO_ENGINE}`);
      },
    },
    {
      names: ['--tls-engine', '--tls-engine-kpass-sha1'],
      values: ['VALUE'],
      help: 'Refused with an explanation, for the same reason.',
      apply: (_settings, _values, name) => {
        throw new UsageError(`${name} cannot be done. ${NO_ENGINE}`);
      },
    },
  ],
};

const NO_ENGINE = 'Node.js gives no access to the engines of OpenSSL; export the key to a PEM file.';
