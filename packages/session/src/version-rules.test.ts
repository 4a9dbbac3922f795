import { ProtocolVersion, ReasonCode } from '@skua/codec';
import { describe, expect, test } from 'vitest';

import { VERSION_RULES_3_1, VERSION_RULES_3_1_1, VERSION_RULES_5_0, versionRulesFor } from './version-rules.ts';

test('versionRulesFor finds the rules of each version', () => {
  for (const version of Object.values(ProtocolVersion)) {
    expect(versionRulesFor(version).protocolVersion).toBe(version);
  }
});

describe('Session Expiry Interval', () => {
  test.each([
    [VERSION_RULES_5_0, true, undefined, 0],
    [VERSION_RULES_5_0, false, undefined, 0],
    [VERSION_RULES_5_0, true, 7, 7],
    [VERSION_RULES_5_0, false, 0xffffffff, 0xffffffff],
    [VERSION_RULES_3_1_1, true, undefined, 0],
    [VERSION_RULES_3_1_1, false, undefined, 0xffffffff],
    [VERSION_RULES_3_1, true, undefined, 0],
    [VERSION_RULES_3_1, false, undefined, 0xffffffff],
  ])('%# clean start %s with %s', (rules, cleanStart, given, expected) => {
    expect(rules.sessionExpiryInterval(cleanStart, given)).toBe(expected);
  });
});

test('an empty Client Identifier', () => {
  const rules = [VERSION_RULES_5_0, VERSION_RULES_3_1_1, VERSION_RULES_3_1];
  expect(rules.map((each) => each.mayAssignClientIdentifier(true))).toEqual([true, true, false]);
  expect(rules.map((each) => each.mayAssignClientIdentifier(false))).toEqual([true, false, false]);
  expect(rules.map((each) => each.clientIdentifierLengthMax)).toEqual([65_535, 65_535, 23]);
});

test('a refused PUBLISH keeps its Reason Code in 5.0 and is acknowledged before', () => {
  expect(VERSION_RULES_5_0.canRejectPublish).toBe(true);
  expect(VERSION_RULES_5_0.publishReasonCode(ReasonCode.NotAuthorized)).toBe(0x87);
  expect(VERSION_RULES_3_1_1.canRejectPublish).toBe(false);
  expect(VERSION_RULES_3_1_1.publishReasonCode(ReasonCode.NotAuthorized)).toBe(0x00);
  expect(VERSION_RULES_3_1.publishReasonCode(ReasonCode.NoMatchingSubscribers)).toBe(0x00);
});

test('a refused subscription', () => {
  const rules = [VERSION_RULES_5_0, VERSION_RULES_3_1_1, VERSION_RULES_3_1];
  expect(rules.map((each) => each.refusedSubscriptionReasonCode(ReasonCode.NotAuthorized, 1))).toEqual([0x87, 0x80, 1]);
  expect(rules.map((each) => each.unsubscribeReasonCode(ReasonCode.NoSubscriptionExisted))).toEqual([0x11, 0, 0]);
});

describe('a refused CONNECT', () => {
  test('says in 5.0 what it is', () => {
    for (const reasonCode of Object.values(ReasonCode)) {
      expect(VERSION_RULES_5_0.connackReasonCode(reasonCode)).toBe(reasonCode);
    }
  });

  test.each([
    [ReasonCode.Success, 0x00],
    [ReasonCode.UnsupportedProtocolVersion, 0x84],
    [ReasonCode.ClientIdentifierNotValid, 0x85],
    [ReasonCode.BadUserNameOrPassword, 0x86],
    [ReasonCode.NotAuthorized, 0x87],
    [ReasonCode.Banned, 0x87],
    [ReasonCode.ServerBusy, 0x88],
    [ReasonCode.QuotaExceeded, 0x88],
    [ReasonCode.MalformedPacket, undefined],
    [ReasonCode.ProtocolError, undefined],
    [ReasonCode.PacketTooLarge, undefined],
  ])('%i becomes %s in 3.1.1 and 3.1', (reasonCode, expected) => {
    expect(VERSION_RULES_3_1_1.connackReasonCode(reasonCode)).toBe(expected);
    expect(VERSION_RULES_3_1.connackReasonCode(reasonCode)).toBe(expected);
  });
});

test('Packet Identifiers that are unknown, in use or repeated', () => {
  expect(VERSION_RULES_5_0).toMatchObject({
    unknownPacketIdentifierReasonCode: 0x92,
    packetIdentifierInUse: 'reject',
    repeatedPublish: 'protocolError',
  });
  for (const rules of [VERSION_RULES_3_1_1, VERSION_RULES_3_1]) {
    expect(rules).toMatchObject({
      unknownPacketIdentifierReasonCode: 0x00,
      packetIdentifierInUse: 'close',
      repeatedPublish: 'ignore',
    });
  }
});

test('what only 5.0 has', () => {
  const only5 = { serverSendsDisconnect: true, canOverrideKeepAlive: true, hasProperties: true };
  const before = { serverSendsDisconnect: false, canOverrideKeepAlive: false, hasProperties: false };
  expect(VERSION_RULES_5_0).toMatchObject(only5);
  expect(VERSION_RULES_3_1_1).toMatchObject(before);
  expect(VERSION_RULES_3_1).toMatchObject(before);
});
