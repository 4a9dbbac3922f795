"""The publisher of the usual tutorial: connect, loop_start, publish with QoS 1.

Arguments: host, port.
"""

import sys

import paho.mqtt.client as mqtt

host, port = sys.argv[1], int(sys.argv[2])

client = mqtt.Client("tutorial-publisher")
client.connect(host, port, 60)
client.loop_start()

for number in range(10):
    info = client.publish("sensors/kitchen/temperature", "%.1f" % (20 + number / 10), qos=1)
    info.wait_for_publish()
    print("acknowledged %d" % info.mid, flush=True)

client.publish("sensors/kitchen/state", "done", qos=1, retain=True).wait_for_publish()
client.loop_stop()
client.disconnect()
