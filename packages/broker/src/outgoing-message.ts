import type { QoS } from '@skua/codec';

import type { Message } from './message.ts';

/**
 * A message on its way to one session: queued or in flight. Receivers on the same terms share one object unless the
 * journal or a shared subscription tells them apart.
 */
export interface OutgoingMessage {
  /** In bytes of its own. */
  readonly message: Message;
  /** The QoS of this delivery; 0 only while queued for a session without connection. */
  readonly qos: QoS;
  /** The RETAIN flag of this delivery. */
  readonly retain: boolean;
  /** The Subscription Identifiers of this delivery. */
  readonly identifiers: readonly number[] | undefined;
  /** Its name in the journal; 0: the journal does not know it. */
  readonly deliveryId: number;
  /** The `$share/…` filter that it came through. */
  readonly shared: string | undefined;
  /**
   * Only where a hook has changed the message for this member of a shared subscription: what another member is offered
   * when this one's session ends. The journal does not keep it.
   */
  readonly original?: Message;
}
