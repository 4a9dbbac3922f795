import { get } from 'node:http';
import { get as getSecurely } from 'node:https';
import { usesTls, type ConnectionSettings } from '../connection/connection-settings.ts';
import { tlsOptions } from '../connection/tls-settings.ts';
import type { Report } from './finding.ts';

/**
 * Compares the clock with that of the server. MQTT carries no time, so only a WebSocket server can be asked, by the Date
 * of an HTTP answer.
 */
export async function examineClock(settings: ConnectionSettings, report: Report): Promise<void> {
  const here = new Date();
  const date =
    settings.transport === 'websocket' && settings.unixPath === undefined ? await serverDate(settings) : undefined;
  if (date === undefined) {
    report({
      area: 'Clock',
      verdict: here.getFullYear() < OLDEST_YEAR ? 'problem' : 'good',
      text: `this machine says ${here.toISOString()}; MQTT does not tell the time of the server`,
      ...(here.getFullYear() < OLDEST_YEAR
        ? { advice: 'set the clock, by NTP at best: certificates look invalid' }
        : {}),
    });
    return;
  }
  const seconds = Math.round((here.getTime() - date.getTime()) / 1000);
  const isOff = Math.abs(seconds) > TOLERATED_S;
  report({
    area: 'Clock',
    verdict: isOff ? 'problem' : 'good',
    text: isOff
      ? `this machine is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} the server`
      : 'this machine and the server agree on the time',
    ...(isOff ? { advice: 'tokens and certificates depend on the time: set the clock that is wrong' } : {}),
  });
}

function serverDate(settings: ConnectionSettings): Promise<Date | undefined> {
  const { host = 'localhost', port, webSocketPath, connectTimeout } = settings;
  const encrypted = usesTls(settings);
  const options = {
    host,
    port: port ?? (encrypted ? 443 : 80),
    path: webSocketPath,
    timeout: connectTimeout * 1000,
    agent: false as const,
  };
  return new Promise((resolve) => {
    const request = encrypted ? getSecurely({ ...tlsOptions(settings.tls, host), ...options }) : get(options);
    request.once('response', (response) => {
      response.destroy();
      const { date } = response.headers;
      resolve(date === undefined ? undefined : new Date(date));
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(undefined));
  });
}

const TOLERATED_S = 5;
const OLDEST_YEAR = 2026;
