// Runs the built server of a checkout on 127.0.0.1 and answers every message of its parent with the number of messages
// that it has dropped: CHECKOUT PORT. The program skua-broker has no way to ask for its counters.
const [checkout, port] = process.argv.slice(2);
const { createServer } = await import(`${checkout}/packages/server/dist/index.js`);
const { tcpListener } = await import(`${checkout}/packages/transport-node/dist/index.js`);

const server = createServer();
await server.listen(tcpListener({ host: '127.0.0.1', port: Number(port) }));
process.on('message', () => {
  process.send(Object.values(server.broker.counters.dropped).reduce((sum, each) => sum + each, 0));
});
process.once('SIGTERM', () => process.exit(0));
