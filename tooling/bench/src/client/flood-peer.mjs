// A server that accepts everybody and answers every SUBSCRIBE with as many QoS 0 messages as the second argument says, as
// fast as the socket takes them: what is measured beside it is the client alone.
import { createServer } from 'node:net';

const [port, count] = process.argv.slice(2).map(Number);
const topic = Buffer.from('bench/topic/with/some/levels');
const payload = Buffer.alloc(128, 65);
const body = Buffer.concat([Buffer.from([0, topic.length]), topic, Buffer.from([0]), payload]);
const message = Buffer.concat([Buffer.from([0x30, (body.length & 0x7f) | 0x80, body.length >> 7]), body]);
const hundred = Buffer.concat(Array.from({ length: 100 }, () => message));

createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    const type = chunk[0] >> 4;
    if (type === 1) socket.write(Buffer.from('2003000000', 'hex'));
    if (type === 12) socket.write(Buffer.from('d000', 'hex'));
    if (type !== 8) return;
    socket.write(Buffer.from([0x90, 4, chunk[2], chunk[3], 0, 0]));
    let left = count / 100;
    const pour = () => {
      while (left > 0) {
        left -= 1;
        if (!socket.write(hundred)) {
          socket.once('drain', pour);
          return;
        }
      }
    };
    pour();
  });
}).listen(port, '127.0.0.1');
