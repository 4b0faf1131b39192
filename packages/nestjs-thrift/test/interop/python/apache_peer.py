"""The Python library of Apache Thrift, its protocol classes driven by the schema: nothing is generated."""

from thrift.Thrift import TApplicationException, TMessageType, TProcessor
from thrift.TMultiplexedProcessor import TMultiplexedProcessor
from thrift.protocol.TBinaryProtocol import TBinaryProtocolFactory
from thrift.protocol.TCompactProtocol import TCompactProtocolFactory
from thrift.protocol.THeaderProtocol import THeaderProtocol, THeaderProtocolFactory
from thrift.protocol.TJSONProtocol import TJSONProtocolFactory
from thrift.protocol.TMultiplexedProtocol import TMultiplexedProtocol
from thrift.server.TServer import TThreadedServer
from thrift.transport.THeaderTransport import THeaderSubprotocolID, THeaderTransformID
from thrift.transport.TSocket import TServerSocket, TSocket
from thrift.transport.TTransport import TBufferedTransportFactory, TFramedTransportFactory

from apache_values import Values
from peer_loop import Peer, listening, serve_in_background
from thrift_test_handler import UndeclaredFailure, answer

TIMEOUT_MS = 20_000

def transport_factory(framing):
    return TFramedTransportFactory() if framing in ("framed", "framed-header") else TBufferedTransportFactory()


def protocol_factory(protocol, framing):
    if framing in ("header", "framed-header"):
        wrapped = THeaderSubprotocolID.BINARY if protocol == "binary" else THeaderSubprotocolID.COMPACT
        return THeaderProtocolFactory(default_protocol=wrapped)
    if protocol == "compact":
        return TCompactProtocolFactory()
    if protocol == "json":
        return TJSONProtocolFactory()
    strict = protocol == "binary"
    return TBinaryProtocolFactory(strictRead=strict, strictWrite=strict)


class Processor(TProcessor):
    """Answers the calls of one service, as generated code would."""

    def __init__(self, methods, values):
        self._methods = methods
        self._values = values

    def process(self, input, output):
        name, _, seqid = input.readMessageBegin()
        method = self._methods[name]
        args = self._values.read_struct(input, method["args"])
        input.readMessageEnd()
        try:
            result = answer(name, args)
        except UndeclaredFailure as failure:
            output.writeMessageBegin(name, TMessageType.EXCEPTION, seqid)
            TApplicationException(TApplicationException.INTERNAL_ERROR, str(failure)).write(output)
        else:
            if method["oneway"]:
                return
            if isinstance(output, THeaderProtocol):
                # One object reads and writes there.
                for header, value in output.get_headers().items():
                    output.set_header(b"echoed-" + header, value)
            output.writeMessageBegin(name, TMessageType.REPLY, seqid)
            self._values.write_struct(output, method["result"], result)
        output.writeMessageEnd()
        output.trans.flush()


class ApachePeer(Peer):
    def load(self, idl, schema):
        self.services = schema["services"]
        self.values = Values(schema["structs"])

    def open(self, port, protocol, framing, multiplexed, zlib):
        socket = TSocket("127.0.0.1", port)
        socket.setTimeout(TIMEOUT_MS)
        plain = protocol_factory(protocol, framing).getProtocol(transport_factory(framing).getTransport(socket))
        if zlib:
            plain.add_transform(THeaderTransformID.ZLIB)
        plain.trans.open()
        seqid = 0

        def call(service, method, args, headers):
            nonlocal seqid
            seqid += 1
            known = self.services[service][method]
            for name, value in headers.items():
                plain.set_header(name.encode(), value.encode())
            output = TMultiplexedProtocol(plain, service) if multiplexed else plain
            output.writeMessageBegin(method, TMessageType.ONEWAY if known["oneway"] else TMessageType.CALL, seqid)
            self.values.write_struct(output, known["args"], args)
            output.writeMessageEnd()
            output.trans.flush()
            return {"result": {}} if known["oneway"] else receive(method, known)

        def read_headers():
            if framing not in ("header", "framed-header"):
                return {}
            return {name.decode(): value.decode() for name, value in plain.get_headers().items()}

        def receive(method, known):
            name, kind, replied = plain.readMessageBegin()
            if (name, replied) != (method, seqid):
                raise ValueError(f"asked {method} as {seqid}, answered {name} as {replied}")
            if kind == TMessageType.EXCEPTION:
                error = TApplicationException()
                error.read(plain)
                plain.readMessageEnd()
                return {"error": {"type": error.type, "message": error.message or ""}}
            result = self.values.read_struct(plain, known["result"])
            plain.readMessageEnd()
            return {"result": result, "headers": read_headers()}

        return call, plain.trans.close

    def serve(self, protocol, framing, multiplexed):
        processor = Processor(self.services["ThriftTest"], self.values)
        if multiplexed:
            processor = TMultiplexedProcessor()
            for name, methods in self.services.items():
                processor.registerProcessor(name, Processor(methods, self.values))
        socket = listening(TServerSocket("127.0.0.1", 0))
        factories = (transport_factory(framing), protocol_factory(protocol, framing))
        serve_in_background(TThreadedServer(processor, socket, *factories, daemon=True))
        return socket.handle.getsockname()[1]


ApachePeer().run()
