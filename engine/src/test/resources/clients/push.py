"""A node of a Zeek cluster by libzmq: push.py <file> <count> <port>... sends that many batches, round the ports. A batch is
what stands in the file and a number of 8 bytes, from 0."""
import struct
import sys

import zmq

with open(sys.argv[1], "rb") as file:
    begin = file.read()
context = zmq.Context()
push = context.socket(zmq.PUSH)
push.setsockopt(zmq.SNDHWM, 1000)
push.setsockopt(zmq.LINGER, -1)
for port in sys.argv[3:]:
    push.connect("tcp://127.0.0.1:" + port)
for n in range(int(sys.argv[2])):
    push.send_multipart([b"log-write", b"zeromq_worker-1_host_1_Nx", b"zeek-bin-serializer", begin + struct.pack(">Q", n)])
push.close()
context.term()
