"""The subscriber of the usual tutorial: subscribe in on_connect, loop_forever.

Arguments: host, port. Prints one line a message and ends when the topic sensors/kitchen/state says that it is done.
"""

import sys

import paho.mqtt.client as mqtt


def on_connect(client, userdata, flags, rc):
    print("connected %d %s" % (rc, flags["session present"]), flush=True)
    client.subscribe("sensors/#", qos=1)


def on_subscribe(client, userdata, mid, granted_qos):
    print("subscribed %s" % list(granted_qos), flush=True)


def on_message(client, userdata, message):
    print(
        "%s %s qos=%d retain=%d" % (message.topic, message.payload.decode(), message.qos, message.retain),
        flush=True,
    )
    if message.topic == "sensors/kitchen/state":
        client.disconnect()


client = mqtt.Client("tutorial-subscriber")
client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.on_message = on_message
client.connect(sys.argv[1], int(sys.argv[2]), 60)
client.loop_forever()
