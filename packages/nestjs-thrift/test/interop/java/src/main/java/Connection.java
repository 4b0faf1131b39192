import com.google.gson.JsonObject;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TConfiguration;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TMultiplexedProtocol;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TProtocolFactory;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.TTransport;
import org.apache.thrift.transport.layered.TFramedTransport;

/** A client of the library. */
final class Connection {
  private static final int TIMEOUT_MS = 20_000;

  private final TTransport transport;
  private final TProtocol protocol;
  private final boolean multiplexed;
  private final JsonObject services;
  private final Values values;
  private int sequenceId;

  Connection(
      int port, TProtocolFactory factory, boolean framed, boolean multiplexed, JsonObject services, Values values)
      throws TException {
    TSocket socket = new TSocket(new TConfiguration(), "127.0.0.1", port, TIMEOUT_MS);
    this.transport = framed ? new TFramedTransport(socket) : socket;
    this.protocol = factory.getProtocol(transport);
    this.multiplexed = multiplexed;
    this.services = services;
    this.values = values;
    transport.open();
  }

  /** The reply, as in peer.ts. */
  JsonObject call(String service, String name, JsonObject args) throws TException {
    JsonObject method = services.getAsJsonObject(service).getAsJsonObject(name);
    boolean oneway = method.get("oneway").getAsBoolean();
    TProtocol output = multiplexed ? new TMultiplexedProtocol(protocol, service) : protocol;
    sequenceId += 1;
    output.writeMessageBegin(new TMessage(name, oneway ? TMessageType.ONEWAY : TMessageType.CALL, sequenceId));
    values.writeStruct(output, method.getAsJsonArray("args"), args);
    output.writeMessageEnd();
    transport.flush();
    JsonObject reply = new JsonObject();
    if (oneway) reply.add("result", new JsonObject());
    else read(name, method, reply);
    return reply;
  }

  private void read(String name, JsonObject method, JsonObject reply) throws TException {
    TMessage message = protocol.readMessageBegin();
    if (!message.name.equals(name) || message.seqid != sequenceId) {
      throw new TException("asked " + name + " as " + sequenceId + ", answered " + message);
    }
    if (message.type == TMessageType.EXCEPTION) {
      TApplicationException error = TApplicationException.readFrom(protocol);
      JsonObject failure = new JsonObject();
      failure.addProperty("type", error.getType());
      failure.addProperty("message", error.getMessage());
      reply.add("error", failure);
    } else {
      reply.add("result", values.readStruct(protocol, method.getAsJsonArray("result")));
    }
    protocol.readMessageEnd();
  }

  void close() {
    transport.close();
  }
}
