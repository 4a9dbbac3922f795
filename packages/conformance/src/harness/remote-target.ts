import { encodePacket } from '@skua/codec';
import type { Transport } from '@skua/transport';
import type { Target } from './target.ts';
import { WallClock } from './wall-clock.ts';

/**
 * A broker behind an address. The round trip is measured first, since timeouts scale with it.
 *
 * @param dial - opens one connection to it.
 * @throws {Error} when it cannot be dialled or does not answer a CONNECT of 3.1.1 in ten seconds.
 */
export async function remoteTarget(name: string, dial: () => Promise<Transport>): Promise<Target> {
  return { name, clock: new WallClock(await measureRoundTripMs(dial)), dial, close: () => Promise.resolve() };
}

/** The time from CONNECT to the first byte of the answer, whatever it is. */
async function measureRoundTripMs(dial: () => Promise<Transport>): Promise<number> {
  const transport = await dial();
  const start = performance.now();
  return await new Promise((resolve, reject) => {
    const finish = (error: Error | undefined): void => {
      clearTimeout(timer);
      transport.destroy();
      if (error === undefined) resolve(performance.now() - start);
      else reject(error);
    };
    const timer = setTimeout(() => finish(new Error('no answer to a CONNECT within 10 seconds')), 10_000);
    transport.open({
      onData: () => finish(undefined),
      onWritable: () => undefined,
      onClose: () => finish(new Error('the broker closed the connection without an answer to a CONNECT')),
    });
    transport.write(
      encodePacket(
        {
          type: 'connect',
          protocolVersion: 4,
          cleanStart: true,
          keepAlive: 0,
          clientIdentifier: 'skuaprobe',
          properties: {},
        },
        4,
      ),
    );
  });
}
