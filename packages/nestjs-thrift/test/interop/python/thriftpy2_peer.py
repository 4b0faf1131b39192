"""thriftpy2, as its users use it: it loads the IDL itself and its clients are called by name."""

from thriftpy2 import transport
from thriftpy2.protocol import (
    TApacheJSONProtocolFactory,
    TBinaryProtocolFactory,
    TCompactProtocolFactory,
    TMultiplexedProtocolFactory,
)
from thriftpy2.rpc import make_client
from thriftpy2.server import TThreadedServer
from thriftpy2.thrift import TApplicationException, TMultiplexedProcessor, TProcessor, TType
from thriftpy2.transport import TBufferedTransportFactory, TFramedTransportFactory, TServerSocket

from peer_loop import Peer, listening, serve_in_background
from thrift_test_handler import UndeclaredFailure, answer
from thriftpy2_values import from_portable, load, to_portable, unpack_field

PROTOCOLS = {
    "binary": TBinaryProtocolFactory(),
    "old-binary": TBinaryProtocolFactory(strict_read=False, strict_write=False),
    "compact": TCompactProtocolFactory(),
    "json": TApacheJSONProtocolFactory(),
}
TIMEOUT_MS = 20_000


def transport_factory(framing):
    if framing.endswith("header"):
        return transport.THeaderTransportFactory()
    return TFramedTransportFactory() if framing == "framed" else TBufferedTransportFactory()


class Handler:
    """Answers the calls of a service, each by its name."""

    def __init__(self, service):
        self._service = service

    def __getattr__(self, method):
        args_spec = getattr(self._service, f"{method}_args").thrift_spec
        result_spec = {field[1]: field for field in getattr(self._service, f"{method}_result").thrift_spec.values()}

        def call(*args):
            fields = map(unpack_field, args_spec.values())
            given = [(name, kind, rest, value) for (kind, name, rest), value in zip(fields, args)]
            try:
                result = answer(method, {name: to_portable(*rest) for name, *rest in given if rest[-1] is not None})
            except UndeclaredFailure as failure:
                raise TApplicationException(TApplicationException.INTERNAL_ERROR, str(failure))
            for name, value in result.items():
                kind, _, rest = unpack_field(result_spec[name])
                native = from_portable(kind, rest, value)
                if name == "success":
                    return native
                raise native

        return call


class Thriftpy2Peer(Peer):
    def load(self, idl, schema):
        self.module, self.rejected = load(idl)

    def open(self, port, protocol, framing, multiplexed, zlib):
        clients = {}

        def client_of(service):
            # One connection for each service, since thriftpy2 binds a client to its socket; for each call in JSON, since
            # its protocol object there keeps its first message for good.
            if protocol == "json" and service in clients:
                clients.pop(service).close()
            if service not in clients:
                factory = PROTOCOLS[protocol]
                if multiplexed:
                    factory = TMultiplexedProtocolFactory(factory, service)
                clients[service] = make_client(
                    getattr(self.module, service),
                    "127.0.0.1",
                    port,
                    proto_factory=factory,
                    trans_factory=transport_factory(framing),
                    timeout=TIMEOUT_MS,
                )
            return clients[service]

        def call(service, method, args, headers):
            definition = getattr(self.module, service)
            result = {}
            try:
                result_type = getattr(definition, f"{method}_result")
                arguments = from_portable(TType.STRUCT, getattr(definition, f"{method}_args"), args)
            except (AttributeError, KeyError):
                # What the IDL lost to be loaded at all.
                raise self.rejected or RuntimeError(f"thriftpy2 has no {service}.{method} of these arguments")
            try:
                returned = getattr(client_of(service), method)(**vars(arguments))
                if returned is not None:
                    kind, _, rest = unpack_field(result_type.thrift_spec[0])
                    result["success"] = to_portable(kind, rest, returned)
            except TApplicationException as error:
                return {"error": {"type": error.type, "message": error.message or ""}}
            except Exception as error:
                for kind, name, rest in map(unpack_field, result_type.thrift_spec.values()):
                    if kind == TType.STRUCT and rest is type(error):
                        return {"result": {name: to_portable(kind, rest, error)}}
                raise
            return {"result": result}

        def close():
            for client in clients.values():
                client.close()

        return call, close

    def serve(self, protocol, framing, multiplexed):
        processor = TProcessor(self.module.ThriftTest, Handler(self.module.ThriftTest))
        if multiplexed:
            single, processor = processor, TMultiplexedProcessor()
            processor.register_processor("ThriftTest", single)
            second = self.module.SecondService
            processor.register_processor("SecondService", TProcessor(second, Handler(second)))
        socket = listening(TServerSocket("127.0.0.1", 0, client_timeout=TIMEOUT_MS))
        factories = {"iprot_factory": PROTOCOLS[protocol], "itrans_factory": transport_factory(framing)}
        serve_in_background(TThreadedServer(processor, socket, daemon=True, **factories))
        return socket.sock.getsockname()[1]


Thriftpy2Peer().run()
