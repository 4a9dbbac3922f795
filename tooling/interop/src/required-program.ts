import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'vitest';

/** A program that a suite needs and that a machine may lack. */
export interface RequiredProgram {
  readonly name: string;
  /** How it is installed. */
  readonly installation: string;
  isInstalled(): boolean;
}

/**
 * A suite that needs programs which npm does not bring. Without one of them its tests are skipped, under a name that
 * says what is missing; with SKUA_REQUIRE_ALL=1 the lack is a failure.
 */
export function describeWith(programs: readonly RequiredProgram[], name: string, define: () => void): void {
  const missing = programs.filter((program) => !program.isInstalled());
  if (missing.length === 0) {
    describe(name, define);
    return;
  }
  const sentence = missing.map((program) => `${program.name} is not installed (${program.installation})`).join(', ');
  if (process.env['SKUA_REQUIRE_ALL'] === '1') {
    test(name, () => {
      throw new Error(`SKUA_REQUIRE_ALL=1, and ${sentence}`);
    });
    return;
  }
  describe.skip(`${name}, skipped: ${sentence}`, define);
}

export const mosquittoServer: RequiredProgram = onPath('mosquitto', 'apt-get install mosquitto');
export const mosquittoPub: RequiredProgram = onPath('mosquitto_pub', 'apt-get install mosquitto-clients');
export const mosquittoSub: RequiredProgram = onPath('mosquitto_sub', 'apt-get install mosquitto-clients');
/** Makes a program write its lines at once. */
export const stdbuf: RequiredProgram = onPath('stdbuf', 'apt-get install coreutils');
export const openssl: RequiredProgram = onPath('openssl', 'apt-get install openssl');

/** Debian's Python, since another one in the path has other packages. */
export const PYTHON = '/usr/bin/python3';

export const paho: RequiredProgram = {
  name: 'paho-mqtt for Python',
  installation: 'apt-get install python3-paho-mqtt',
  isInstalled: () => spawnSync(PYTHON, ['-c', 'import paho.mqtt.client']).status === 0,
};

function onPath(name: string, installation: string): RequiredProgram {
  return {
    name,
    installation,
    isInstalled: () =>
      (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
        try {
          accessSync(join(folder, name), constants.X_OK);
          return true;
        } catch {
          return false;
        }
      }),
  };
}
