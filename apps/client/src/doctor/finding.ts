/** One thing that was looked at. */
export interface Finding {
  readonly area: 'Name' | 'Network' | 'Proxy' | 'TLS' | 'Clock' | 'MQTT' | 'Keep alive' | 'Limits' | 'Round trips';
  readonly verdict: 'good' | 'note' | 'problem';
  /** What was found, in a sentence without its full stop. */
  readonly text: string;
  /** What to do. */
  readonly advice?: string;
}

/** Takes findings as they come. */
export type Report = (finding: Finding) => void;
