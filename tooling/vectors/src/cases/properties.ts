import { str, type Bytes } from '../bytes.ts';
import { CaseList, type CaseContext } from '../case-list.ts';
import { malformed, protocolError, refused, UNPARSABLE } from '../fault.ts';
import {
  METHOD_BYTES,
  METHOD_DECODED,
  packetWith,
  PROPERTY_CONTEXTS,
  type DecodedProperties,
  type PropertyContext,
} from '../property-context.ts';
import { encoded, plainSample, PROPERTIES, type PropertyRow, type Sample } from '../property-table.ts';
import type { Json } from '../vector.ts';

/** Each of the 27 properties in each of the 14 places: allowed with its values, forbidden, twice, out of range. */
export function propertyCases(): CaseList {
  const list = new CaseList('property');
  for (const context of PROPERTY_CONTEXTS) {
    for (const property of PROPERTIES) {
      if (context.name in property.contexts) {
        allowed(list, context, property);
      } else {
        forbidden(list, context, property);
      }
    }
    unknown(list, context);
    lists(list, context);
  }
  return list;
}

/** The name of the decoded field: a PUBLISH has a list of Subscription Identifiers, a SUBSCRIBE one of them. */
function fieldOf(context: PropertyContext, property: PropertyRow): string {
  return context.name === 'publish' && property.name === 'subscriptionIdentifier'
    ? 'subscriptionIdentifiers'
    : property.name;
}

function decodedAs(context: PropertyContext, property: PropertyRow, sample: Sample): DecodedProperties {
  const field = fieldOf(context, property);
  const value: Json = field === 'subscriptionIdentifiers' ? [sample.decoded] : sample.decoded;
  return { [field]: value };
}

/** What has to stand beside the property so that nothing but the property is at issue. */
function companion(context: PropertyContext, property: PropertyRow): readonly [Bytes, DecodedProperties] {
  const needsMethod = context.name === 'auth' || property.name === 'authenticationData';
  return needsMethod && property.name !== 'authenticationMethod' ? [METHOD_BYTES, METHOD_DECODED] : [[], {}];
}

function rolesOf(context: PropertyContext, property: PropertyRow): PropertyContext['roles'] {
  // Only a server sends these in a PUBLISH [MQTT-3.3.4-6], only a client sends those in a DISCONNECT [MQTT-3.14.2-2].
  if (context.name === 'publish' && property.name === 'subscriptionIdentifier') return ['client'];
  if (context.name === 'disconnect' && property.name === 'sessionExpiryInterval') return ['server'];
  if (context.name === 'disconnect' && property.name === 'serverReference') return ['client'];
  return context.roles;
}

function sectionOf(statement: string | undefined): string {
  return statement === undefined ? '2.2.2.2' : statement.slice(2, statement.lastIndexOf('-'));
}

function allowed(list: CaseList, context: PropertyContext, property: PropertyRow): void {
  const [beside, besideDecoded] = companion(context, property);
  const twice = property.contexts[context.name];
  const roles = rolesOf(context, property);
  for (const role of roles) {
    const at: CaseContext = { version: 5, role, section: sectionOf(twice) };
    const name = `${context.name}/${property.name}`;
    const suffix = roles.length > 1 ? `/${role}` : '';
    for (const sample of property.samples) {
      list.valid(
        `${name}/${sample.label}${suffix}`,
        at,
        packetWith(context, beside, encoded(property, sample.bytes)),
        context.packet({ ...besideDecoded, ...decodedAs(context, property, sample) }),
      );
    }
    if (role === roles[0]) broken(list, at, context, property);
  }
}

function broken(list: CaseList, at: CaseContext, context: PropertyContext, property: PropertyRow): void {
  const [beside, besideDecoded] = companion(context, property);
  const name = `${context.name}/${property.name}`;
  const statement = property.contexts[context.name];
  const sample = plainSample(property);
  const one = encoded(property, sample.bytes);
  if (property.repeatable.includes(context.name)) {
    const field = fieldOf(context, property);
    const single = decodedAs(context, property, sample)[field];
    const twice: Json = Array.isArray(single)
      ? [...(single as readonly Json[]), ...(single as readonly Json[])]
      : (single ?? null);
    list.valid(
      `${name}/twice`,
      at,
      packetWith(context, beside, one, one),
      context.packet({ ...besideDecoded, [field]: twice }),
    );
  } else {
    const fault =
      statement === undefined ? refused(['U-3.1.3.2.3-2', 'U-3.1.3.2.4-1', ...UNPARSABLE]) : protocolError([statement]);
    list.invalid(`${name}/twice`, at, packetWith(context, beside, one, one), fault);
    list.invalid(
      `${name}/twice-apart`,
      at,
      packetWith(context, beside, one, encoded(USER_PROPERTY, plainSample(USER_PROPERTY).bytes), one),
      fault,
    );
  }
  for (const bad of property.outOfRange) {
    list.invalid(
      `${name}/${bad.label}`,
      at,
      packetWith(context, beside, encoded(property, bad.bytes)),
      bad.fault(statement),
    );
  }
  // The Property Length ends inside the value: the value is not of the type that the identifier calls for.
  for (let length = 0; length < sample.bytes.length; length += 1) {
    list.invalid(
      `${name}/cut-after-${length}-of-${sample.bytes.length}`,
      at,
      packetWith(context, beside, encoded(property, sample.bytes.slice(0, length))),
      malformed(['U-2.2.2.2-1', 'U-2.2.2.2-2', ...UNPARSABLE]),
    );
  }
}

function forbidden(list: CaseList, context: PropertyContext, property: PropertyRow): void {
  const role = context.roles[0] ?? 'server';
  const beside = context.name === 'auth' ? METHOD_BYTES : [];
  list.invalid(
    `${context.name}/${property.name}/not-allowed`,
    { version: 5, role, section: '2.2.2.2' },
    packetWith(context, beside, encoded(property, plainSample(property).bytes)),
    malformed(['U-2.2.2.2-1', 'U-2.2.2.2-2']),
  );
}

/** Identifiers that Table 2-4 does not have, one of two bytes among them, and one that is written too long. */
function unknown(list: CaseList, context: PropertyContext): void {
  const at: CaseContext = { version: 5, role: context.roles[0] ?? 'server', section: '2.2.2.2' };
  const beside = context.name === 'auth' ? METHOD_BYTES : [];
  for (const identifier of [
    [0x00],
    [0x04],
    [0x0a],
    [0x14],
    [0x1b],
    [0x20],
    [0x2b],
    [0x7f],
    [0x80, 0x01],
    [0xff, 0x7f],
  ]) {
    const label = identifier.map((byte) => byte.toString(16).padStart(2, '0')).join('');
    list.invalid(
      `${context.name}/unknown-identifier-${label}`,
      at,
      packetWith(context, beside, identifier, [0, 1, 0, 0]),
      malformed(['U-2.2.2.2-1', 'U-2.2.2.2-2']),
    );
  }
  list.invalid(
    `${context.name}/identifier-not-minimal`,
    at,
    packetWith(context, beside, [0xa6, 0x00], str('name'), str('value')),
    refused(['MQTT-1.5.5-1', 'U-2.2.2.2-1', 'U-2.2.2.2-2']),
  );
}

/** The order of User Properties is kept, and the order of properties with different identifiers does not matter. */
function lists(list: CaseList, context: PropertyContext): void {
  const at: CaseContext = { version: 5, role: context.roles[0] ?? 'server', section: '2.2.2.2' };
  const [beside, decoded] = context.name === 'auth' ? [METHOD_BYTES, METHOD_DECODED] : [[], {}];
  const pairs: readonly (readonly [string, string])[] = [
    ['b', '1'],
    ['a', '2'],
    ['b', '1'],
    ['', ''],
    ['b', '3'],
  ];
  const parts = pairs.map(([name, value]) => encoded(USER_PROPERTY, [...str(name), ...str(value)]));
  const packet = context.packet({ ...decoded, userProperties: pairs });
  list.valid(`${context.name}/userProperties/order-kept`, at, packetWith(context, beside, ...parts), packet);
  const many = PROPERTIES.filter(
    (property) => context.name in property.contexts && rolesOf(context, property).includes(at.role),
  );
  const fields: DecodedProperties = Object.fromEntries(
    many.flatMap((property) => Object.entries(decodedAs(context, property, plainSample(property)))),
  );
  const bytes = many.map((property) => encoded(property, plainSample(property).bytes));
  list.valid(`${context.name}/all-ascending`, at, packetWith(context, ...bytes), context.packet(fields));
  list.valid(`${context.name}/all-descending`, at, packetWith(context, ...bytes.toReversed()), context.packet(fields), {
    canonical: bytes.length === 1,
  });
}

const USER_PROPERTY: PropertyRow = PROPERTIES.find((property) => property.name === 'userProperties') ?? impossible();

function impossible(): never {
  throw new Error('the table has no User Property');
}
