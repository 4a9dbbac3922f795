import { connect } from 'node:net';
import { tcpTransport } from '@skua/transport-node';
import type { ClientAdapter } from '../../src/index.ts';
import { REFERENCE_CLIENT } from './reference-client.ts';

/** The reference client on a socket. */
export const TCP_REFERENCE_CLIENT: ClientAdapter = {
  ...REFERENCE_CLIENT,
  create: (endpoint, report) => {
    const { host = '', port = 0 } = endpoint.address ?? {};
    return REFERENCE_CLIENT.create({ ...endpoint, dial: () => tcpTransport(connect({ host, port })) }, report);
  },
};
