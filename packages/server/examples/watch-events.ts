import { createServer, type Server } from '@skua/server';

/** A server that tells who comes and goes, and what is lost. */
export function serverThatTells(log: (line: string) => void): Server {
  return createServer({
    broker: { queuedMessagesMax: 2 },
    onEvent(event) {
      if (event.type === 'connected') log(`${event.clientIdentifier} connected`);
      else if (event.type === 'disconnected') log(`${event.clientIdentifier} left (${event.by}: ${event.explanation})`);
      else if (event.type === 'messageDropped') {
        log(`${event.clientIdentifier} does not get ${event.topicName}: ${event.reason}`);
      } else if (event.type === 'hookFailed') log(`${event.hook} failed: ${String(event.error)}`);
    },
  });
}
