import type { Core } from './core.ts';
import type { Message } from './message.ts';
import type { Session } from './session.ts';

/** What becomes of a QoS 1 or 2 message that the store would have to keep. `now`: the store is well, or not concerned. */
export type StoreVerdict = 'now' | 'later' | 'refused';

/**
 * Decides about a QoS 1 or 2 PUBLISH while the store takes nothing: what it need not keep goes its way; other messages are
 * refused or wait at the head of their connection's input, so that no memory grows with them.
 */
export function judgeByStore(core: Core, session: Session, message: Message): StoreVerdict {
  if (core.storeIsWell || !needsStore(core, session, message)) return 'now';
  return core.options.publishWhileStoreUnwell === 'refuse' && session.rules.hasProperties ? 'refused' : 'later';
}

/** Whether a CONNECT must be refused because its session would have to be kept. */
export function mayNotConnect(core: Core, former: Session | undefined, willBeKept: boolean): boolean {
  return !core.storeIsWell && core.journal.isKept && (willBeKept || former?.isJournalled === true);
}

function needsStore(core: Core, session: Session, message: Message): boolean {
  if (!core.journal.isKept) return false;
  if (message.retain || (message.qos === 2 && session.isDurable)) return true;
  const { targets, shared } = core.subscriptions.route(message.topicName);
  return (
    targets.some((target) => target.terms.qos > 0 && target.session.isDurable) ||
    shared.some(({ members }) => members.some((member) => member.terms.qos > 0 && member.session.isDurable))
  );
}
