export { loadVectors } from './load-vectors.ts';
export { packetFromJson, packetToJson } from './packet-json.ts';
export { fromHex, toHex } from './bytes.ts';
export type {
  ErrorOutcome,
  Json,
  Outcome,
  PacketOutcome,
  Vector,
  VectorErrorName,
  VectorPacket,
  VectorRole,
  VectorVersion,
} from './vector.ts';
