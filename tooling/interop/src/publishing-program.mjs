// Publishes numbered messages, QoS 1 and 2 in turn, and says which were admitted: `<url> <file> <first> [<count>]`.
// Without a count it goes on until it is killed; with one it closes when all that the file holds is acknowledged.
import { connect, fileStore } from '@skua/client/node';

const [url, file, first, count = 'Infinity'] = process.argv.slice(2);
const client = await connect(url, { clientIdentifier: 'killed', store: fileStore(file) });
const end = Number(first) + Number(count);
for (let start = Number(first); start < end; start += 20) {
  const lot = Array.from({ length: 20 }, (_, index) => start + index);
  await Promise.all(
    lot.map(async (number) => {
      const qos = number % 2 === 0 ? 2 : 1;
      await client.publish(`killed/${qos}`, String(number), { qos });
      process.stdout.write(`admitted ${number}\n`);
    }),
  );
}
await client.close({ timeout: 20_000 });
process.stdout.write('closed\n');
