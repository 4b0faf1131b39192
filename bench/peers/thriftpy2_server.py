"""thriftpy2's threaded server in memory, with the handlers that every peer has."""

import datetime
import os
import socket
import sys

import thriftpy2
from thriftpy2.protocol import TBinaryProtocolFactory
from thriftpy2.server import TThreadedServer
from thriftpy2.thrift import TProcessor
from thriftpy2.transport import TBufferedTransportFactory, TServerSocket

tasks = thriftpy2.load(os.environ["BENCH_IDL"], module_name="tasks_thrift")
counter = 0


def new_task(user_id, name):
    global counter
    counter += 1
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")[:23] + "Z"
    return tasks.Task(id=f"{counter:024x}", userId=user_id, name=name, createdOn=now, done=False)


TASKS = [new_task("alice", f"task number {i}") for i in range(int(os.environ.get("BENCH_LIST_SIZE", "100")))]


class Handler:
    def check(self):
        return tasks.Healthcheck(ok=True, message="OK")

    def add(self, userId, name):
        return new_task(userId, name)

    def all(self, userId):
        return TASKS


class NoDelaySocket(TServerSocket):
    """Sets TCP_NODELAY: without it each call waits 44 ms for an acknowledgement."""

    def accept(self):
        client = super().accept()
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client


probe = socket.socket()
probe.bind(("127.0.0.1", 0))
port = probe.getsockname()[1]
probe.close()
server = TThreadedServer(
    TProcessor(tasks.Tasks, Handler()),
    NoDelaySocket(host="127.0.0.1", port=port),
    iprot_factory=TBinaryProtocolFactory(),
    itrans_factory=TBufferedTransportFactory(),
)
server.trans.listen()
print(f"READY {port}", flush=True)
sys.stdout.flush()
server.serve()
