import { ReasonCode } from '@skua/codec';
import type { ClientState } from './engine/client-state.ts';
import { ClientError } from './engine/errors.ts';
import type { PacketRecord } from './engine/packet-ring.ts';
import type { Limits } from './engine/limits.ts';

/** What is explained; a client is one. */
export interface Explainable {
  readonly state: ClientState;
  readonly limits: Limits;
  readonly clientIdentifier: string;
  readonly statistics: {
    readonly queued: number;
    readonly inflight: number;
    readonly dropped: number;
    readonly expired: number;
    readonly unacknowledged: number;
  };
  packets(): readonly PacketRecord[];
}

/** Says in plain words where a client stands and what led to it: state, cause and advice, queues, the last packets. */
export function explain(client: Explainable, now: number): string {
  const { state, statistics, limits } = client;
  const { queued, inflight, dropped, expired, unacknowledged } = statistics;
  const lines = [`Client ${JSON.stringify(client.clientIdentifier)} ${stateText(state, now)}`];
  const cause = 'cause' in state ? state.cause : undefined;
  for (let error: unknown = cause; error instanceof Error; error = error.cause) {
    if (error !== cause) lines.push(`  because: ${error.message}`);
    if (error instanceof ClientError) lines.push(...details(error));
  }
  lines.push(`${queued} messages wait, ${inflight} are under way of at most ${limits.receiveMaximum}.`);
  if (dropped + expired > 0) lines.push(`${dropped} were dropped, ${expired} expired.`);
  if (unacknowledged > 0) lines.push(`${unacknowledged} received messages are not acknowledged by the application.`);
  const packets = client.packets();
  if (packets.length > 0)
    lines.push('The last packets:', ...packets.slice(-SHOWN).map((packet) => packetText(packet, now)));
  return lines.join('\n');
}

function stateText(state: ClientState, now: number): string {
  switch (state.status) {
    case 'connecting':
      return `is connecting to ${state.server} (attempt ${state.attempt}).`;
    case 'connected':
      return `is connected to ${state.server} since ${seconds(now - state.since)}; the session was ${state.sessionPresent ? 'still there' : 'new'}.`;
    case 'waiting':
      return `tries again in ${seconds(state.retryAt - now)} after ${state.attempt} failed attempts: ${state.cause.message}`;
    case 'closing':
      return 'is closing.';
    case 'closed':
    default:
      return state.cause === undefined ? 'was closed.' : `gave up: ${state.cause.message}`;
  }
}

function details({ reasonCode, statement }: ClientError): string[] {
  const lines: string[] = [];
  const name = reasonCode === undefined ? undefined : reasonName(reasonCode);
  if (reasonCode !== undefined)
    lines.push(`  Reason Code 0x${reasonCode.toString(16).padStart(2, '0')}${name === undefined ? '' : ` (${name})`}`);
  if (statement !== undefined) lines.push(`  violated: [${statement}]`);
  const advice = ADVICE[reasonCode ?? 0];
  if (advice !== undefined) lines.push(`  ${advice}`);
  return lines;
}

function packetText(
  { at, direction, type, size, packetIdentifier, topicName, qos, reasonCode }: PacketRecord,
  now: number,
): string {
  const parts = [`  ${seconds(now - at)} ago`, direction, type.toUpperCase(), `${size} bytes`];
  if (packetIdentifier !== undefined) parts.push(`identifier ${packetIdentifier}`);
  if (qos !== undefined) parts.push(`QoS ${qos}`);
  if (topicName !== undefined) parts.push(`topic ${JSON.stringify(topicName)}`);
  if (reasonCode !== undefined && reasonCode > 0) parts.push(`0x${reasonCode.toString(16).padStart(2, '0')}`);
  return parts.join(' ');
}

function reasonName(reasonCode: number): string | undefined {
  const name = Object.entries(ReasonCode).find(([, value]) => value === reasonCode)?.[0];
  return name?.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ');
}

function seconds(milliseconds: number): string {
  return `${(Math.max(0, milliseconds) / 1000).toFixed(1)} s`;
}

const SHOWN = 12;
const ADVICE: Readonly<Record<number, string>> = {
  [ReasonCode.UnsupportedProtocolVersion]: 'Set protocolVersion to 4, or fallback to true.',
  [ReasonCode.ClientIdentifierNotValid]:
    'The server does not take this clientIdentifier; some take only letters and digits.',
  [ReasonCode.BadUserNameOrPassword]: 'Check userName and password.',
  [ReasonCode.NotAuthorized]: 'Check userName and password, and what the server allows this user.',
  [ReasonCode.SessionTakenOver]: 'Another client has connected with the same clientIdentifier; give each its own.',
  [ReasonCode.ReceiveMaximumExceeded]: 'More messages were under way than the Receive Maximum allows.',
  [ReasonCode.PacketTooLarge]: 'A packet was larger than maximumPacketSize.',
  [ReasonCode.KeepAliveTimeout]: 'One side was silent for longer than the Keep Alive allows.',
  [ReasonCode.QuotaExceeded]: 'The server has set a limit to what this client may use.',
};
