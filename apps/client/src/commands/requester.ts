import type { TopicName } from '@skua/topics';
import { TIMED_OUT } from '../connection/failure.ts';
import { openClient } from '../connection/open-client.ts';
import { isWanted } from '../output/message-filter.ts';
import { WallClock } from '../output/wall-clock.ts';
import { onInterruption } from '../terminal/interruption.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { closeClient } from './close-client.ts';
import { printerFor, type OutputSettings } from './output-options.ts';
import type { PublishSettings } from './publish-options.ts';

/** What is asked, and what is printed of the answer. */
export interface RequestSettings extends PublishSettings, OutputSettings {
  responseTopic: TopicName | undefined;
}

/** One run of `skua rr`, from the connection to the exit code. */
export async function ask(
  settings: RequestSettings,
  topic: TopicName,
  responseTopic: TopicName,
  payload: Uint8Array,
  terminal: Terminal,
): Promise<number> {
  const printer = printerFor(settings, terminal);
  const clock = new WallClock();
  const { qos, retain } = settings;
  const { topicAlias, ...properties } = settings.properties.publish;
  let finish: (exitCode: number) => void = nothing;
  const finished = new Promise<number>((resolve) => {
    finish = resolve;
  });
  const off = onInterruption(() => finish(0));
  const client = await openClient(settings, terminal);
  const timer =
    settings.timeout === undefined ? undefined : setTimeout(() => finish(TIMED_OUT), settings.timeout * 1000);
  try {
    const { subscriptionIdentifier, userProperties } = settings.properties.subscribe;
    await client.subscribe(
      responseTopic,
      (response) => {
        const message = {
          topicName: response.topicName,
          payload: response.payload,
          qos: response.qos,
          retain: response.retain,
          packetIdentifier: response.packetIdentifier,
          properties: response.properties,
          receivedAt: clock.now(),
        };
        if (!isWanted(message, { skipRetained: settings.skipRetained, filterOut: [], share: 1 })) return;
        terminal.write(printer.print(message));
        finish(0);
      },
      {
        qos,
        ...(subscriptionIdentifier === undefined ? {} : { subscriptionIdentifier }),
        ...(userProperties === undefined ? {} : { userProperties }),
      },
    );
    const receipt = await client.publish(topic, payload, {
      qos,
      retain,
      properties: { ...properties, responseTopic },
      ...(topicAlias === undefined ? {} : { topicAlias }),
    });
    receipt.acknowledged.catch((error: unknown) => {
      terminal.writeError(`Warning: ${error instanceof Error ? error.message : String(error)}.\n`);
    });
    const exitCode = await finished;
    if (exitCode === TIMED_OUT && !settings.quiet) terminal.writeError('Timed out\n');
    await closeClient(client, settings, exitCode === TIMED_OUT ? { reasonCode: 0x04, drain: false } : {});
    return exitCode;
  } finally {
    clearTimeout(timer);
    off();
    client.destroy();
  }
}

function nothing(): void {}
