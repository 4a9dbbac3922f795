import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { TransportRecorder } from '@skua/transport/contract';
import { describe, expect, test } from 'vitest';
import { dialTls, dialWebSocket, tcpListener, webSocketListener, type TlsListenerOptions } from '../src/index.ts';
import { makeCertificates, type Certificates } from './certificates.ts';
import { listening, type Listening } from './connections.ts';

const certificates = makeCertificates();
const host = '127.0.0.1';

describe.skipIf(certificates === undefined)('tls (needs the openssl program)', () => {
  const { ca, server, client, stranger } = certificates ?? noCertificates();

  const listen = (tls: Partial<TlsListenerOptions>): Promise<Listening> =>
    listening(tcpListener({ host, port: 0, tls: { ...server, ca, ...tls } }));

  test('the address says that it is encrypted', async () => {
    const at = await listen({});
    expect(at.addresses[0]).toMatchObject({ protocol: 'tcp', encrypted: true, url: `mqtts://${host}:${at.port}` });
    await at.close();
  });

  test('a client certificate that verifies is described', async () => {
    for (const wish of [{ requestCertificate: true }, { requireCertificate: true }]) {
      const at = await listen(wish);
      const [transport, accepted] = await Promise.all([dialTls({ host, port: at.port, ca, ...client }), at.accepted()]);
      expect(accepted.info.encrypted).toBe(true);
      expect(accepted.info.clientCertificate).toMatchObject({ subject: 'CN=pump 7,O=Water', commonName: 'pump 7' });
      expect(accepted.info.clientCertificate?.fingerprint256).toMatch(/^[0-9a-f]{64}$/);
      transport.destroy();
      accepted.destroy();
      await at.close();
    }
  });

  test('a requested certificate may be missing; one of a stranger counts as missing', async () => {
    const at = await listen({ requestCertificate: true });
    for (const own of [{}, stranger]) {
      const [transport, accepted] = await Promise.all([dialTls({ host, port: at.port, ca, ...own }), at.accepted()]);
      expect(accepted.info.clientCertificate).toBeUndefined();
      transport.destroy();
      accepted.destroy();
    }
    await at.close();
  });

  test('a required certificate may not be missing nor a stranger’s', async () => {
    const at = await listen({ requireCertificate: true });
    for (const own of [{}, stranger]) {
      // In TLS 1.3 the client is done before the server has looked at its certificate.
      const refused = dialTls({ host, port: at.port, ca, ...own }).then(async (transport) => {
        const recorder = new TransportRecorder(transport);
        await recorder.until(() => recorder.closed > 0 || recorder.ended > 0);
        transport.destroy();
        throw recorder.error ?? new Error('closed');
      });
      await expect(refused).rejects.toThrow();
      await at.problem();
    }
    expect(at.problems.map((problem) => problem.message)).toEqual([
      expect.stringContaining('peer did not return a certificate'),
      expect.stringMatching(/the certificate of the client is not trusted \([A-Z_]+\)$/),
    ]);
    await at.close();
  });

  test('a certificate is not described to a listener that did not ask', async () => {
    const at = await listen({});
    const [transport, accepted] = await Promise.all([dialTls({ host, port: at.port, ca, ...client }), at.accepted()]);
    expect(accepted.info.clientCertificate).toBeUndefined();
    transport.destroy();
    accepted.destroy();
    await at.close();
  });

  test('versions before 1.2 are refused, 1.2 and 1.3 are spoken', async () => {
    const at = await listen({});
    const attempt = async (options: ConnectionOptions): Promise<string | null> => {
      const socket: TLSSocket = connectTls({ host, port: at.port, ca, ...options });
      await once(socket, 'secureConnect');
      const version = socket.getProtocol();
      (await at.accepted()).destroy();
      socket.destroy();
      return version;
    };
    // Level 0 lets the client offer 1.1 at all.
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(attempt(old)).rejects.toThrow();
    await at.problem();
    expect(await attempt({ maxVersion: 'TLSv1.2' })).toBe('TLSv1.2');
    expect(await attempt({})).toBe('TLSv1.3');
    await at.close();
  });

  test('whoever does not speak TLS is reported, and whoever says nothing is dropped in time', async () => {
    const at = await listen({ handshakeTimeoutMs: 100 });
    const chatter = connect(at.port, host, () => chatter.write('CONNECT me please, I am a plain client\r\n\r\n'));
    chatter.on('error', () => {});
    chatter.resume();
    await at.problem();
    const silent = connect(at.port, host);
    silent.on('error', () => {});
    silent.resume();
    await once(silent, 'close');
    expect(String(await at.problem())).toContain('timeout');
    await at.close();
  });

  test('close ends handshakes that are under way', async () => {
    const at = await listen({});
    const silent = connect(at.port, host);
    silent.on('error', () => {});
    silent.resume();
    await once(silent, 'connect');
    // The server has seen the connection once a later one has been served.
    const [transport, accepted] = await Promise.all([dialTls({ host, port: at.port, ca }), at.accepted()]);
    const gone = once(silent, 'close');
    await at.close();
    await gone;
    transport.destroy();
    accepted.destroy();
  });

  test('the server’s certificate is verified by those who dial', async () => {
    const at = await listen({ handshakeTimeoutMs: 200 });
    await expect(dialTls({ host, port: at.port })).rejects.toThrow('certificate');
    // A client that turns away in the middle of a handshake leaves a half-open socket, which ends with the time limit.
    await at.problem();
    const danger = dialTls({ host, port: at.port, dangerouslyAcceptAnyCertificate: true });
    const [transport, accepted] = await Promise.all([danger, at.accepted()]);
    transport.destroy();
    accepted.destroy();
    await at.close();
  });

  test('secure WebSockets carry the client certificate too', async () => {
    const at = await listening(
      webSocketListener({ host, port: 0, path: '/mqtt', tls: { ...server, ca, requireCertificate: true } }),
    );
    expect(at.addresses[0]).toMatchObject({ encrypted: true, url: `wss://${host}:${at.port}/mqtt` });
    const url = at.addresses[0]?.url ?? '';
    const [transport, accepted] = await Promise.all([dialWebSocket({ url, ca, ...client }), at.accepted()]);
    expect(accepted.info).toMatchObject({ protocol: 'websocket', encrypted: true, remoteAddress: host });
    expect(accepted.info.clientCertificate?.commonName).toBe('pump 7');
    transport.destroy();
    accepted.destroy();
    await expect(dialWebSocket({ url, ca })).rejects.toThrow();
    await at.problem();
    await at.close();
  });
});

function noCertificates(): Certificates {
  const none = { cert: '', key: '' };
  return { ca: '', server: none, client: none, stranger: none };
}
