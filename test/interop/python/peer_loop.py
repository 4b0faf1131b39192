"""A library in a process of its own: one JSON object a line is asked, one is answered. See peer-process.ts."""

import json
import sys
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

    def answer(self, op, **request):
        if op == "load":
            self.load(**request)
            return {}
        if op == "connect":
            connection = self.open(request["port"], **request["dialect"], multiplexed=request["multiplexed"], zlib=request.get("zlib", False))
            self._connections.append(connection)
            return {"connection": len(self._connections) - 1}
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


def number_to_portable(value):
    """A double as JSON that every language reads alike."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return "-0" if value == 0 and str(value).startswith("-") else value
