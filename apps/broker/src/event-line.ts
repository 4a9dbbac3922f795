import type { ConnectedEvent, DisconnectedEvent } from '@skua/broker';
import type { ServerEvent } from '@skua/server';
import { StoreError } from '@skua/store';
import type { LogType } from './log.ts';

/** A line for the log: its kind and its text. */
export interface EventLine {
  readonly type: LogType;
  readonly text: string;
}

/** What the log says of an event, with mosquitto's beginnings where it has a line for the same. */
export function eventLine(event: ServerEvent): EventLine {
  switch (event.type) {
    case 'connected':
      return { type: 'notice', text: connectedText(event) };
    case 'connectRefused': {
      const why = reason(event.explanation, event.reasonCode);
      const client = clientName(event.clientIdentifier);
      return { type: 'notice', text: `Client ${client} from ${event.remoteAddress} was refused: ${why}.` };
    }
    case 'disconnected':
      return { type: 'notice', text: disconnectedText(event) };
    case 'sessionEnded':
      return { type: 'debug', text: `Session of ${event.clientIdentifier} ended (${event.cause}).` };
    case 'subscribed':
      return {
        type: 'subscribe',
        text:
          event.reasonCode < FIRST_ERROR_CODE
            ? `${event.clientIdentifier} ${event.reasonCode} ${event.subscriptionFilter}`
            : `${event.clientIdentifier} refused (${hex(event.reasonCode)}) ${event.subscriptionFilter}`,
      };
    case 'unsubscribed':
      return { type: 'unsubscribe', text: `${event.clientIdentifier} ${event.subscriptionFilter}` };
    case 'messageDropped':
      // One line a message would bury everything else under load: for those who ask for every kind only.
      return {
        type: 'debug',
        text: `Dropped a QoS ${event.qos} message on ${event.topicName} for ${event.clientIdentifier} (${event.reason}).`,
      };
    case 'protocolError': {
      const statement = event.statement === undefined ? '' : ` [${event.statement}]`;
      const why = `${reason(event.explanation, event.reasonCode)}${statement}`;
      const client = clientName(event.clientIdentifier);
      return { type: 'notice', text: `Client ${client} from ${event.remoteAddress} broke the protocol: ${why}.` };
    }
    case 'hookFailed':
      return { type: 'error', text: `The ${event.hook} hook failed: ${stackOf(event.error)}` };
    case 'internalError': {
      const client = 'clientIdentifier' in event ? event.clientIdentifier : undefined;
      const where = client === undefined ? '' : `, met by client ${client}`;
      return { type: 'error', text: `Defect in the broker${where}: ${stackOf(event.error)}` };
    }
    case 'listenerProblem':
      return { type: 'notice', text: `Listener ${event.listener}: ${event.error.message}` };
    case 'storeFailed':
      return { type: 'error', text: `The store did not ${storeTask(event.entries)}: ${storeText(event.error)}` };
    case 'storeRecovered':
    default:
      return { type: 'notice', text: 'The store takes entries again.' };
  }
}

function connectedText(event: ConnectedEvent): string {
  const user = event.userName === undefined ? '' : `, u'${event.userName}'`;
  const flags = `p${MOSQUITTO_PROTOCOL[event.protocolVersion]}, c${event.cleanStart ? 1 : 0}, k${event.keepAlive}${user}`;
  return `New client connected from ${event.remoteAddress} as ${event.clientIdentifier} (${flags}).`;
}

function disconnectedText({ by, clientIdentifier, explanation, reasonCode }: DisconnectedEvent): string {
  switch (by) {
    case 'client':
      return reasonCode === 0
        ? `Client ${clientIdentifier} disconnected.`
        : `Client ${clientIdentifier} disconnected: ${reason(explanation, reasonCode)}.`;
    case 'network':
      return `Client ${clientIdentifier} closed its connection without DISCONNECT.`;
    case 'broker':
    default:
      return `Client ${clientIdentifier} was disconnected: ${reason(explanation, reasonCode)}.`;
  }
}

/** mosquitto's word for a client that has not said who it is. */
function clientName(clientIdentifier: string | undefined): string {
  return clientIdentifier ?? '<unknown>';
}

function storeTask(entries: number): string {
  return entries === 0 ? 'give what was asked' : `take ${entries} entries`;
}

// What a store says of its medium needs no stack.
function storeText(error: unknown): string {
  return error instanceof StoreError ? error.message : stackOf(error);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function reason(explanation: string, reasonCode: number): string {
  return `${explanation.replace(/\.$/u, '')} (${hex(reasonCode)})`;
}

function hex(reasonCode: number): string {
  return `0x${reasonCode.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Reason codes from here on are errors. */
const FIRST_ERROR_CODE = 0x80;

/** mosquitto counts versions by its own names: MQTT 3.1 is 1, 3.1.1 is 2. */
const MOSQUITTO_PROTOCOL = { 3: 1, 4: 2, 5: 5 } as const;
