"""A library in a process of its own: one JSON object a line is asked, one is answered. See peer-process.ts."""

import json
import os
import sys
import threading
import traceback


class Peer:
    """Loads an IDL and opens connections; a library's file says how."""

    def __init__(self):
        self._connections = []

    def load(self, idl, schema):
        raise NotImplementedError

    def open(self, port, protocol, framing, multiplexed, zlib):
        """Returns a function (service, method, args, headers) -> reply and a function that closes."""
        raise NotImplementedError

    def serve(self, protocol, framing, multiplexed):
        """Starts a server of ThriftTest in a thread and returns its port."""
        raise NotImplementedError

    def answer(self, op, **request):
        if op == "load":
            self.load(**request)
            return {}
        if op == "connect":
            connection = self.open(request["port"], **request["dialect"], multiplexed=request["multiplexed"], zlib=request.get("zlib", False))
            self._connections.append(connection)
            return {"connection": len(self._connections) - 1}
        if op == "serve":
            return {"port": self.serve(**request["dialect"], multiplexed=request["multiplexed"])}
        call, close = self._connections[request.pop("connection")]
        if op == "call":
            return call(**request)
        close()
        return {}

    def run(self):
        for line in sys.stdin:
            try:
                reply = self.answer(**json.loads(line))
            except Exception:
                reply = {"failure": traceback.format_exc()}
            print(json.dumps(reply), flush=True)
        # Servers run on in their threads.
        os._exit(0)


def number_to_portable(value):
    """A double as JSON that every language reads alike."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return "-0" if value == 0 and str(value).startswith("-") else value


def listening(server_socket):
    """Makes a library's server socket listen now, so that its port is known, and not again when the server starts."""
    server_socket.listen()
    server_socket.listen = lambda: None
    return server_socket


def serve_in_background(server):
    """Runs a library's server for as long as the process lives."""
    threading.Thread(target=server.serve, daemon=True).start()
