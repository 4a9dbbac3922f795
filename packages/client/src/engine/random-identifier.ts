/** A Client Identifier of letters and digits that every server takes, also one of 3.1. `random` gives numbers from 0 to below 1. */
export function randomIdentifier(random: () => number): string {
  let identifier = 'skua';
  while (identifier.length < LENGTH) identifier += CHARACTERS.charAt(Math.floor(random() * CHARACTERS.length));
  return identifier;
}

/** [MQTT-3.1.3-5] */
const LENGTH = 23;
const CHARACTERS = '0123456789abcdefghijklmnopqrstuvwxyz';
