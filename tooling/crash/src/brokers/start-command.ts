import type { BrokerKind } from './broker-kind.ts';

/**
 * Any broker that a command starts in the foreground. `{port}` and `{folder}` in it stand for where it listens, on
 * 127.0.0.1, and for where it may keep files; it is split at spaces and run without a shell, so that the process that is
 * killed is the broker.
 */
export function startCommand(text: string): BrokerKind {
  return {
    name: text.split(' ')[0] ?? text,
    settings: text,
    command(port, folder) {
      const words = text.split(' ').filter((word) => word !== '');
      const [program = '', ...argv] = words.map((word) =>
        word.replaceAll('{port}', String(port)).replaceAll('{folder}', folder),
      );
      return { program, argv };
    },
  };
}
