/** The assurance of delivery of an Application Message: 0 at most once, 1 at least once, 2 exactly once (section 4.3). */
export type QoS = 0 | 1 | 2;
