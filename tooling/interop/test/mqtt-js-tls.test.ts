import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBroker, type BrokerProcess } from '../src/broker-process.ts';
import { CertificateAuthority, pemOptions } from '../src/certificates.ts';
import { exchangeMessages, MQTT_JS_VERSIONS } from '../src/exchange-messages.ts';
import { MqttJs } from '../src/mqtt-js.ts';
import { describeWith, openssl } from '../src/required-program.ts';
import { RunningProgram } from '../src/running-program.ts';

describeWith([openssl], 'MQTT.js with certificates', () => {
  let folder: string;
  let broker: BrokerProcess;
  let authority: CertificateAuthority;
  let ca: Buffer;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'skua-interop-'));
    authority = new CertificateAuthority(folder, 'authority');
    ca = readFileSync(authority.certificate);
    const server = authority.issueServer('server');
    const encrypted = `certfile ${server.certificate}\nkeyfile ${server.key}`;
    const demanding = `${encrypted}\ncafile ${authority.certificate}\nrequire_certificate true`;
    broker = await startBroker(`
listener 0 127.0.0.1
${encrypted}
listener 0 127.0.0.1
protocol websockets
${encrypted}
listener 0 127.0.0.1
${demanding}
listener 0 127.0.0.1
protocol websockets
${demanding}
allow_anonymous true
`);
  });
  afterAll(async () => {
    await MqttJs.endAll();
    await RunningProgram.stopAll();
    rmSync(folder, { recursive: true });
  });

  for (const version of MQTT_JS_VERSIONS) {
    test(`over TLS, ${version.name}`, async () => {
      await exchangeMessages(url(0), { ...version.options, ca });
    });

    test(`over secure WebSocket, ${version.name}`, async () => {
      await exchangeMessages(url(1), { ...version.options, ca });
    });
  }

  test.each([0, 1])('a client that does not know the authority refuses the broker (listener %i)', async (index) => {
    await expect(MqttJs.connect(url(index))).rejects.toThrow(/certificate/);
  });

  test.each([2, 3])('require_certificate: a client with a certificate is served (listener %i)', async (index) => {
    const pump = pemOptions(authority.issueClient(`pump-${index}`));
    await exchangeMessages(url(index), { protocolVersion: 5, ca, ...pump });
  });

  test.each([2, 3])('require_certificate: a client without one is refused (listener %i)', async (index) => {
    await expect(MqttJs.connect(url(index), { ca, clientId: `bare-${index}` })).rejects.toThrow();
    await broker.program.line(/peer did not return a certificate/);
    expect(broker.program.errorLines.join('\n')).not.toContain(`bare-${index}`);
  });

  test.each([2, 3])('require_certificate: one of another authority is refused (listener %i)', async (index) => {
    const stranger = pemOptions(new CertificateAuthority(folder, `other-${index}`).issueClient(`stranger-${index}`));
    const clientId = `stranger-${index}`;
    await expect(MqttJs.connect(url(index), { ca, clientId, ...stranger })).rejects.toThrow();
    await broker.program.line(/the certificate of the client is not trusted \([A-Z_]+\)/);
    expect(broker.program.errorLines.join('\n')).not.toContain(clientId);
  });

  /** The listeners are at ports of their own, in the order of the configuration. */
  function url(index: number): string {
    const found = broker.urls[index];
    if (found === undefined) throw new Error(`no listener ${index} in ${broker.urls.join(', ')}`);
    return found;
  }
});
