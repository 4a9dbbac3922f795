import { topic, type Client, type StandardSchema } from '@skua/client';

interface Reading {
  readonly celsius: number;
}

// Any Standard Schema does: Zod, Valibot, ArkType, or a few lines of your own.
const reading: StandardSchema<Reading> = {
  '~standard': {
    version: 1,
    vendor: 'example',
    validate: (value) =>
      typeof value === 'object' && value !== null && 'celsius' in value && typeof value.celsius === 'number'
        ? { value: { celsius: value.celsius } }
        : { issues: [{ message: 'must be a number', path: ['celsius'] }] },
  },
};

/** `devices/{id}/reading` carries readings as JSON. */
export const readings = topic('devices/{id}/reading', { schema: reading });

/** Publishes a reading and hears it: parameters and values have their types. */
export async function measure(client: Client, log: (line: string) => void): Promise<void> {
  await readings.subscribe(client, ({ parameters, value }) => log(`${parameters.id}: ${value.celsius.toFixed(1)} °C`));
  await readings.publish(client, { id: 'kitchen' }, { celsius: 21.5 }, { qos: 1 });
}
