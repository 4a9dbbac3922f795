import fc from 'fast-check';
import { binary, text, topicName, userProperties } from './arbitrary-text.ts';

/** No property is required. */
const OPTIONAL: { requiredKeys: [] } = { requiredKeys: [] };
const twoBytes = fc.integer({ min: 0, max: 0xffff });
const twoBytesNotZero = fc.integer({ min: 1, max: 0xffff });
const fourBytes = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(0, 1, 0x7fffffff, 0xffffffff));
const fourBytesNotZero = fourBytes.map((value) => Math.max(1, value));
const bit = fc.constantFrom(0 as const, 1 as const);
/** 1 to 268,435,455, often where the encoding grows by a byte. */
export const subscriptionIdentifier: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 1, max: 268_435_455 }),
  fc.constantFrom(1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455),
);

const message = {
  payloadFormatIndicator: bit,
  messageExpiryInterval: fourBytes,
  contentType: text,
  responseTopic: topicName,
  correlationData: binary,
  userProperties,
};

/** Authentication Data stands only beside a method [U-3.1.2.11.10-1]. */
function withMethod<T extends { authenticationMethod?: string; authenticationData?: Uint8Array }>(properties: T): T {
  const { authenticationData, ...rest } = properties;
  if (authenticationData === undefined || rest.authenticationMethod !== undefined) return properties;
  return { ...properties, authenticationMethod: 'none' };
}

/** The properties of CONNECT (section 3.1.2.11). */
export const connectProperties = fc
  .record(
    {
      sessionExpiryInterval: fourBytes,
      receiveMaximum: twoBytesNotZero,
      maximumPacketSize: fourBytesNotZero,
      topicAliasMaximum: twoBytes,
      requestResponseInformation: fc.boolean(),
      requestProblemInformation: fc.boolean(),
      userProperties,
      authenticationMethod: text,
      authenticationData: binary,
    },
    OPTIONAL,
  )
  .map(withMethod);

/** The Will Properties (section 3.1.3.2). */
export const willProperties = fc.record(
  { willDelayInterval: fourBytes, ...message, payloadFormatIndicator: fc.constant(0 as const) },
  OPTIONAL,
);

/** The properties of CONNACK (section 3.2.2.3). */
export const connackProperties = fc
  .record(
    {
      sessionExpiryInterval: fourBytes,
      receiveMaximum: twoBytesNotZero,
      maximumQos: bit,
      retainAvailable: fc.boolean(),
      maximumPacketSize: fourBytesNotZero,
      assignedClientIdentifier: text,
      topicAliasMaximum: twoBytes,
      reasonString: text,
      userProperties,
      wildcardSubscriptionAvailable: fc.boolean(),
      subscriptionIdentifiersAvailable: fc.boolean(),
      sharedSubscriptionAvailable: fc.boolean(),
      serverKeepAlive: twoBytes,
      responseInformation: text,
      serverReference: text,
      authenticationMethod: text,
      authenticationData: binary,
    },
    OPTIONAL,
  )
  .map(withMethod);

/** The properties of a PUBLISH that a client sends (section 3.3.2.3). */
export const publishProperties = fc.record(
  { ...message, payloadFormatIndicator: fc.constant(0 as const), topicAlias: twoBytesNotZero },
  OPTIONAL,
);

/** The same from a server, which adds Subscription Identifiers. */
export const forwardedProperties = fc.record(
  {
    ...message,
    payloadFormatIndicator: fc.constant(0 as const),
    topicAlias: twoBytesNotZero,
    subscriptionIdentifiers: fc.array(subscriptionIdentifier, { minLength: 1, maxLength: 4 }),
  },
  OPTIONAL,
);

/** The properties of the acknowledgements. */
export const acknowledgementProperties = fc.record({ reasonString: text, userProperties }, OPTIONAL);

/** The properties of SUBSCRIBE (section 3.8.2.1). */
export const subscribeProperties = fc.record({ subscriptionIdentifier, userProperties }, OPTIONAL);

/** The properties of UNSUBSCRIBE (section 3.10.2.1). */
export const unsubscribeProperties = fc.record({ userProperties }, OPTIONAL);

/** The properties of a DISCONNECT that a client sends (section 3.14.2.2). */
export const clientDisconnectProperties = fc.record(
  { sessionExpiryInterval: fourBytes, reasonString: text, userProperties },
  OPTIONAL,
);

/** The same from a server. */
export const serverDisconnectProperties = fc.record(
  { reasonString: text, userProperties, serverReference: text },
  OPTIONAL,
);

/** The properties of AUTH (section 3.15.2.2): the method is never missing. */
export const authProperties = fc.record(
  { authenticationMethod: text, authenticationData: binary, reasonString: text, userProperties },
  { requiredKeys: ['authenticationMethod'] },
);
