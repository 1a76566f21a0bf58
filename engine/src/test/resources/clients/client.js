// Publishes each line of the standard input and reads it back over a second connection: equal, or exit code 1.
const assert = require('assert');
const fs = require('fs');
const WebSocket = require('ws');

function open(url, prefixes) {
  const waiting = [];
  const arrived = [];
  const ws = new WebSocket(url);
  ws.on('message', (data, binary) => {
    const message = { data, binary };
    waiting.length > 0 ? waiting.shift()(message) : arrived.push(message);
  });
  ws.on('error', (e) => { console.error(e); process.exit(1); });
  ws.next = () => (arrived.length > 0 ? Promise.resolve(arrived.shift()) : new Promise((done) => waiting.push(done)));
  return new Promise((done) => ws.on('open', async () => {
    ws.send(JSON.stringify(prefixes));
    assert.strictEqual(JSON.parse((await ws.next()).data).type, 'ack');
    done(ws);
  }));
}

async function main(url) {
  const sub = await open(url, ['/third']);
  const pub = await open(url, []);
  let count = 0;
  for (const line of fs.readFileSync(0, 'utf8').split('\n').filter((l) => l)) {
    pub.send(line);
    const back = await sub.next();
    assert.ok(!back.binary);
    assert.deepStrictEqual(JSON.parse(back.data), JSON.parse(line));
    count++;
  }
  console.log('equal', count);
  const raw = await sub.next();
  console.log('raw', raw.binary ? raw.data.toString('hex') : raw.data.toString());
  pub.send('oops');
  console.log('error', JSON.parse((await pub.next()).data).code);
  process.exit(0);
}

main(process.argv[2]).catch((e) => { console.error(e); process.exit(1); });
