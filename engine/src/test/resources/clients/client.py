"""Publishes each line of the standard input and reads it back over a second connection: equal, or exit code 1."""
import asyncio
import json
import sys

import websockets


async def main(url):
    async with websockets.connect(url) as sub, websockets.connect(url) as pub:
        for ws, prefixes in ((sub, ["/third"]), (pub, [])):
            await ws.send(json.dumps(prefixes))
            ack = json.loads(await ws.recv())
            if ack["type"] != "ack":
                sys.exit("no acknowledgement but %r" % ack)
        count = 0
        for line in sys.stdin:
            await pub.send(line)
            back = await asyncio.wait_for(sub.recv(), 10)
            if not isinstance(back, str) or json.loads(back) != json.loads(line):
                sys.exit("sent %s received %r" % (line, back))
            count += 1
        print("equal", count, flush=True)
        raw = await asyncio.wait_for(sub.recv(), 10)
        print("raw", raw.hex() if isinstance(raw, bytes) else raw, flush=True)
        await pub.send("oops")
        error = json.loads(await asyncio.wait_for(pub.recv(), 10))
        print("error", error["code"], flush=True)


asyncio.run(main(sys.argv[1]))
