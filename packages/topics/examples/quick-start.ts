import {
  parseSubscriptionFilter,
  parseTopicFilter,
  parseTopicName,
  SubscriptionTree,
  TopicError,
  TopicTree,
} from '@skua/topics';

// Who gets a message: subscriptions by Topic Filter, matched by Topic Name.
const subscriptions = new SubscriptionTree<{ qos: 0 | 1 | 2 }>();
subscriptions.insert(parseTopicFilter('sensors/+/temperature'), 'display', { qos: 0 });
subscriptions.insert(parseTopicFilter('sensors/#'), 'archive', { qos: 1 });
subscriptions.match(parseTopicName('sensors/kitchen/temperature'), ({ qos }, key, filter) => {
  console.log(`to ${key}, QoS ${qos}, because of ${filter}`);
});

// Which retained messages a new subscription gets: values by Topic Name, matched by Topic Filter.
const retained = new TopicTree<string>();
retained.set(parseTopicName('sensors/kitchen/temperature'), '21.5');
retained.set(parseTopicName('sensors/cellar/temperature'), '12.0');
retained.match(parseTopicFilter('sensors/+/temperature'), (value, name) => console.log(`${name} is ${value}`));

// A SUBSCRIBE of MQTT 5.0 may also carry a Shared Subscription.
console.log(parseSubscriptionFilter('$share/workers/jobs/#'));

// What is forbidden is named.
try {
  parseTopicFilter('sensors/kitchen#');
} catch (error) {
  if (error instanceof TopicError) console.log(error.rule, error.position, error.statement);
}
