/**
 * The name of a statement as it is cited: `MQTT-3.1.0-2` for 5.0, `v3 MQTT-3.1.0-2` for 3.1.1, and `U-…`, `v3 U-…` for hard
 * rules to which the specifications give no number. The two versions reuse numbers for different rules.
 */
export type StatementId = `MQTT-${string}` | `v3 MQTT-${string}` | `U-${string}` | `v3 U-${string}`;

/** What is known of one role's side of a statement. */
export type StatementStatus =
  /** At least one test of the suite covers it, and kills its mutants. */
  | { readonly kind: 'tested' }
  /** Another statement says the same or more, and its test covers this one as well. */
  | { readonly kind: 'covered by'; readonly by: StatementId; readonly reason: string }
  /** Only a broker configured in a way that no profile can ask for would show it. */
  | { readonly kind: 'needs configuration'; readonly configuration: string }
  /** No peer can see whether it is kept. */
  | { readonly kind: 'not observable'; readonly reason: string }
  /** It binds the other role only. */
  | { readonly kind: 'other role' };

/** One normative statement, in our words. */
export interface Statement {
  readonly id: StatementId;
  /** The party that the sentence binds. */
  readonly binds: 'server' | 'client' | 'both';
  /** Our paraphrase. */
  readonly says: string;
  /** What a suite that tests servers does about it. */
  readonly server: StatementStatus;
}
