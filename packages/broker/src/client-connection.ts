import {
  PacketReader,
  type ConnectPacket,
  type ProtocolVersion,
  type ReasonCode,
  type SubscribePacket,
  type TopicNameCache,
} from '@skua/codec';
import { VERSION_RULES_3_1_1, type TopicAliasReceiver, type TopicAliasSender, type VersionRules } from '@skua/session';

import type { WillQuestion } from './accept-connect.ts';
import type { ConnectionInfo } from './connection-info.ts';
import type { Connection, ConnectionState } from './connection.ts';
import { Deadline } from './timer-wheel.ts';
import type { Due } from './due.ts';
import type { Link } from './link.ts';
import type { Message } from './message.ts';
import type { RetainedBacklog } from './retained-backlog.ts';
import type { Session } from './session.ts';

/** A question that the embedder has not answered; the connection's input waits for it. */
export type PendingQuestion =
  | { readonly about: 'authentication'; readonly ticket: number }
  | (WillQuestion & { readonly about: 'will'; readonly ticket: number })
  /** Not to the embedder but to the store: it takes nothing at the moment. */
  | {
      readonly about: 'store';
      readonly packetIdentifier: number;
      readonly message: Message;
      /** What the authorizer made of it. */
      readonly changed: Message | undefined;
    }
  | { readonly about: 'publish'; readonly ticket: number; readonly packetIdentifier: number; readonly message: Message }
  | {
      readonly about: 'subscribe';
      readonly ticket: number;
      readonly packet: SubscribePacket;
      /** Answers so far; the one asked for is the next. */
      readonly reasonCodes: ReasonCode[];
    };

/** A network connection with all that ends with it. */
export class ClientConnection implements Connection {
  // For the network connection
  readonly info: ConnectionInfo;
  readonly link: Link;
  readonly reader: PacketReader;
  readonly openedAt: number;
  state: ConnectionState = 'awaitingConnect';
  /** Whether the link takes more than acknowledgements at the moment. */
  output: 'open' | 'congested' = 'open';
  /** Bytes written since the link became congested. */
  congestedBytes = 0;
  input: 'open' | 'paused' = 'open';
  /** Chunks that arrived while the input was paused. */
  pausedChunks: Uint8Array[] = [];
  pausedBytes = 0;
  /** The time of the last complete packet. */
  lastPacketAt: number;
  /** The CONNECT deadline, later the keep alive. */
  readonly deadline: Deadline<Due>;
  pending: PendingQuestion | undefined = undefined;
  lastTicket = 0;
  /** Whether promises leave before the store has what they are about. */
  isRelaxed: boolean = false;
  /** Acknowledgements that wait for the store. */
  heldPromises = 0;

  // From CONNECT on
  protocolVersion: ProtocolVersion | undefined = undefined;
  /** Until CONNECT says otherwise those of 3.1.1: a bare close. */
  rules: VersionRules = VERSION_RULES_3_1_1;
  /** The CONNECT while it is decided upon. */
  connect: ConnectPacket | undefined = undefined;
  clientIdentifier = '';
  userName: string | undefined = undefined;
  authenticationMethod: string | undefined = undefined;
  /** Whether a re-authentication is under way. */
  reauthenticating: boolean = false;
  connectedAt = 0;
  /** Milliseconds of one and a half Keep Alive; Infinity: off. */
  keepAliveLimitMs: number = Infinity;
  /** Seconds. */
  keepAlive = 0;
  /** Bytes of the largest packet the peer takes. */
  maximumPacketSize: number = Infinity;
  /** Whether the peer wants Reason Strings where it may choose [MQTT-3.1.2-29]. */
  problemInformation: boolean = true;
  session: Session | undefined = undefined;
  aliasesIn: TopicAliasReceiver | undefined = undefined;
  aliasesOut: TopicAliasSender | undefined = undefined;
  /** Retained messages that are still to be sent for new subscriptions. */
  backlog: RetainedBacklog | undefined = undefined;

  constructor(link: Link, info: ConnectionInfo, maximumPacketSize: number, now: number, topicNames?: TopicNameCache) {
    this.link = link;
    this.info = info;
    this.reader = new PacketReader({ role: 'server', maximumPacketSize, topicNames });
    this.openedAt = now;
    this.lastPacketAt = now;
    this.deadline = new Deadline<Due>({ kind: 'connection', connection: this });
  }

  get isPending(): boolean {
    return this.pending !== undefined;
  }
}
