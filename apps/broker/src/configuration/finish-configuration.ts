import {
  DEFAULT_CONFIGURATION,
  type Configuration,
  type ListenerAddress,
  type ListenerConfiguration,
  type TlsConfiguration,
} from './configuration.ts';
import { listenerDraft, type ConfigurationDraft, type ListenerDraft } from './configuration-draft.ts';

/** Takes what is wrong with a line; undefined: with the file as a whole. */
export type ReportProblem = (line: number | undefined, text: string) => void;

/**
 * Makes the configuration of a draft that has all lines, and reports what no line by itself can tell: options that
 * need each other, and two listeners in one place. With a problem reported the result is of no use.
 */
export function finishConfiguration(draft: ConfigurationDraft, report: ReportProblem): Configuration {
  const { logTypes, logDestinations, ...general } = draft.general;
  const drafts = isOpened(draft.implicit) ? [...draft.listeners, draft.implicit] : draft.listeners;
  reportSharedAddresses(drafts, report);
  return {
    ...general,
    logTypes: logTypes ?? DEFAULT_CONFIGURATION.logTypes,
    logDestinations: logDestinations ?? DEFAULT_CONFIGURATION.logDestinations,
    listeners: drafts.flatMap((listener) => finishListener(listener, listener === draft.implicit, report)),
    lines: draft.lines,
  };
}

function finishListener(draft: ListenerDraft, implicit: boolean, report: ReportProblem): ListenerConfiguration[] {
  const tls = finishTls(draft, report);
  if (draft.address === undefined) return [];
  if (draft.address.kind === 'unix') {
    // mosquitto takes both without a word and serves plain MQTT on the socket.
    if (draft.protocol === 'websockets') {
      report(draft.lines.get('protocol'), 'protocol websockets is not available on a Unix socket');
    }
    if (tls !== undefined) report(draft.lines.get('certfile'), 'certfile is not available on a Unix socket');
  }
  const { address, protocol, acknowledgement, lines } = draft;
  return [{ address, protocol, tls, acknowledgement, implicit, lines }];
}

/**
 * mosquitto opens an unencrypted listener when certfile or keyfile is missing. Whoever wrote one of them wants
 * encryption, so here each half is an error.
 */
function finishTls(draft: ListenerDraft, report: ReportProblem): TlsConfiguration | undefined {
  const { certfile, keyfile, cafile, requireCertificate, lines } = draft;
  const needs = (name: string, needed: string): void => report(lines.get(name), `${name} needs ${needed}`);
  if (certfile !== undefined && keyfile === undefined) needs('certfile', 'keyfile as well');
  if (certfile === undefined && keyfile !== undefined) needs('keyfile', 'certfile as well');
  if (certfile === undefined && keyfile === undefined) {
    if (cafile !== undefined) needs('cafile', 'certfile and keyfile: without them the listener is not encrypted');
    if (requireCertificate) needs('require_certificate', 'certfile and keyfile: there are no certificates without TLS');
  }
  if (requireCertificate && cafile === undefined) {
    needs('require_certificate', 'cafile: the authorities that client certificates are checked against');
  }
  if (certfile === undefined || keyfile === undefined) return undefined;
  return { certfile, keyfile, cafile, requireCertificate };
}

/** The implicit listener is opened by any option that differs from the default: `protocol mqtt` does not open it. */
function isOpened(implicit: ListenerDraft): boolean {
  const untouched = listenerDraft(undefined);
  return (
    implicit.lines.has('port') ||
    implicit.lines.has('bind_address') ||
    implicit.protocol !== untouched.protocol ||
    implicit.certfile !== untouched.certfile ||
    implicit.keyfile !== untouched.keyfile ||
    implicit.cafile !== untouched.cafile ||
    implicit.requireCertificate !== untouched.requireCertificate ||
    implicit.acknowledgement !== untouched.acknowledgement
  );
}

function reportSharedAddresses(drafts: readonly ListenerDraft[], report: ReportProblem): void {
  const lineByAddress = new Map<string, number | undefined>();
  for (const { address, lines } of drafts) {
    const line = Math.min(...lines.values());
    const key = addressKey(address);
    if (key === undefined) continue;
    if (lineByAddress.has(key)) {
      report(line, `${key} was already opened on line ${lineByAddress.get(key)}`);
    }
    lineByAddress.set(key, line);
  }
}

/** undefined: never shared. */
function addressKey(address: ListenerAddress | undefined): string | undefined {
  if (address === undefined) return undefined;
  if (address.kind === 'unix') return `socket ${address.path}`;
  if (address.port === 0) return undefined;
  return address.host === undefined ? `port ${address.port}` : `port ${address.port} of ${address.host}`;
}
