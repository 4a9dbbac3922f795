/** Why a rule of `codec-rules.json` has no invalid vector. */
export interface Excuse {
  readonly version: '5.0' | '3.1.1';
  readonly statement: string;
  readonly reason: string;
}

const HISTORY = 'depends on what the connection has sent before; no single packet breaks it';
const TIME = 'depends on the clock';
const LIMIT = 'depends on what this server said in CONNACK';
const CONNECT = 'depends on what this client said in CONNECT';
const POLICY = 'depends on what this server supports';

/** Rules of sections 1.5, 2 and 3 that bytes alone cannot break. This list may only shrink. */
export const EXCUSES: readonly Excuse[] = [
  excuse('5.0', HISTORY, 'MQTT-3.1.0-1', 'MQTT-3.1.0-2', 'MQTT-3.1.2-30', 'U-3.3.4-4'),
  excuse('5.0', TIME, 'MQTT-3.1.2-22'),
  excuse('5.0', LIMIT, 'MQTT-3.2.2-11', 'MQTT-3.2.2-14', 'MQTT-3.2.2-17', 'MQTT-3.3.2-9', 'MQTT-3.3.4-7'),
  excuse('5.0', LIMIT, 'U-3.2.2.3.4-2', 'U-3.2.2.3.5-2', 'U-3.2.2.3.11-2', 'U-3.2.2.3.12-2', 'U-3.2.2.3.13-2'),
  excuse('5.0', POLICY, 'MQTT-3.2.2-12', 'MQTT-3.2.2-13'),
  excuse('5.0', CONNECT, 'U-3.1.2.11.7-2', 'U-3.14.2.2.2-2', 'U-3.14.2.2.2-3', 'U-3.15-1'),
  excuse('3.1.1', HISTORY, 'MQTT-3.1.0-1', 'MQTT-3.1.0-2'),
  excuse('3.1.1', TIME, 'MQTT-3.1.2-24'),
  excuse('3.1.1', POLICY, 'U-3.1.4-4'),
].flat();

function excuse(version: Excuse['version'], reason: string, ...statements: readonly string[]): readonly Excuse[] {
  return statements.map((statement) => ({ version, statement, reason }));
}
