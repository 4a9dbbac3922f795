declare const subscriptionFilter: unique symbol;

/**
 * The filter of a SUBSCRIBE or UNSUBSCRIBE packet as it was received and found valid: a Topic Filter, or
 * `$share/{ShareName}/{filter}` (sections 4.7 and 4.8.2). Split it with `parseSubscriptionFilter` of `@skua/topics`.
 */
export type SubscriptionFilter = string & { readonly [subscriptionFilter]: true };
