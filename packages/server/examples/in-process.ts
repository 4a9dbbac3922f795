import { createServer, type Server } from '@skua/server';

/** A server that answers questions on `add` with the sum, without being a client of its own. */
export function serverThatAdds(): Server {
  const server = createServer();
  const subscription = server.subscribe(
    'add',
    ({ payload, properties }) => {
      const text = new TextDecoder().decode(payload);
      if (text === 'stop') subscription.unsubscribe();
      else if (properties.responseTopic !== undefined) {
        const sum = text.split('+').reduce((total, part) => total + Number(part), 0);
        server.publish({
          topicName: properties.responseTopic,
          payload: new TextEncoder().encode(String(sum)),
          correlationData: properties.correlationData,
          qos: 1,
          messageExpiryInterval: 60,
        });
      }
    },
    { qos: 1 },
  );
  return server;
}
