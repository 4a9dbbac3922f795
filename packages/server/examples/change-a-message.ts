import { createServer } from '@skua/server';

/** Readings get their publisher as a User Property, and guests see them rounded. */
export const server = createServer({
  authorizer: {
    authorizePublish(_connection, { topicName, publisher, properties }) {
      if (!topicName.startsWith('readings/')) return 'allow';
      // What is not named here stays as it is.
      return { message: { userProperties: [...(properties.userProperties ?? []), ['publisher', publisher]] } };
    },
    authorizeDelivery({ userName }, { topicName, payload }) {
      if (userName !== 'guest' || !topicName.startsWith('readings/')) return true;
      const rounded = Math.round(Number(new TextDecoder().decode(payload)));
      return { message: { payload: new TextEncoder().encode(String(rounded)), userProperties: undefined } };
    },
  },
});
