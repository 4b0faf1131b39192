import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.thrift.TException;
import org.apache.thrift.TMultiplexedProcessor;
import org.apache.thrift.TProcessor;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TCompactProtocol;
import org.apache.thrift.protocol.TJSONProtocol;
import org.apache.thrift.protocol.TProtocolFactory;
import org.apache.thrift.server.TServer;
import org.apache.thrift.server.TThreadPoolServer;
import org.apache.thrift.server.TThreadedSelectorServer;
import org.apache.thrift.transport.TNonblockingServerSocket;
import org.apache.thrift.transport.TServerSocket;

/**
 * Apache's Java library in a process of its own, without generated code: one JSON object a line is asked, one is
 * answered. See peer-process.ts.
 */
public final class Peer {
  private static final String DEFAULT_SERVICE = "ThriftTest";

  private final List<Connection> connections = new ArrayList<>();
  private JsonObject services;
  private Values values;

  public static void main(String[] arguments) throws Exception {
    Peer peer = new Peer();
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      output.println(peer.answerLine(line));
    }
    // Servers run on in their threads.
    System.exit(0);
  }

  private JsonObject answerLine(String line) {
    try {
      return answer(JsonParser.parseString(line).getAsJsonObject());
    } catch (Exception failure) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      JsonObject answer = new JsonObject();
      answer.addProperty("failure", trace.toString());
      return answer;
    }
  }

  private JsonObject answer(JsonObject request) throws Exception {
    JsonObject answer = new JsonObject();
    switch (request.get("op").getAsString()) {
      case "load" -> {
        JsonObject schema = request.getAsJsonObject("schema");
        services = schema.getAsJsonObject("services");
        values = new Values(schema.getAsJsonObject("structs"));
      }
      case "connect" -> {
        JsonObject dialect = request.getAsJsonObject("dialect");
        boolean multiplexed = request.get("multiplexed").getAsBoolean();
        int port = request.get("port").getAsInt();
        connections.add(new Connection(port, protocolOf(dialect), isFramed(dialect), multiplexed, services, values));
        answer.addProperty("connection", connections.size() - 1);
      }
      case "serve" ->
          answer.addProperty("port", serve(request.getAsJsonObject("dialect"), request.get("multiplexed").getAsBoolean()));
      case "call" -> {
        return connectionOf(request)
            .call(
                request.get("service").getAsString(),
                request.get("method").getAsString(),
                request.getAsJsonObject("args"));
      }
      default -> connectionOf(request).close();
    }
    return answer;
  }

  private Connection connectionOf(JsonObject request) {
    return connections.get(request.get("connection").getAsInt());
  }

  /** Starts the library's server for a dialect and returns its port. */
  private int serve(JsonObject dialect, boolean multiplexed) throws TException {
    TProcessor processor = processorOf(multiplexed);
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    TServer server;
    int port;
    if (isFramed(dialect)) {
      TNonblockingServerSocket socket = new TNonblockingServerSocket(address);
      port = socket.getPort();
      server =
          new TThreadedSelectorServer(
              new TThreadedSelectorServer.Args(socket).processor(processor).protocolFactory(protocolOf(dialect)));
    } else {
      TServerSocket socket = new TServerSocket(address);
      port = socket.getServerSocket().getLocalPort();
      server =
          new TThreadPoolServer(
              new TThreadPoolServer.Args(socket).processor(processor).protocolFactory(protocolOf(dialect)));
    }
    Thread thread = new Thread(server::serve);
    thread.setDaemon(true);
    thread.start();
    return port;
  }

  private TProcessor processorOf(boolean multiplexed) {
    if (!multiplexed) return new Processor(services.getAsJsonObject(DEFAULT_SERVICE), values);
    TMultiplexedProcessor all = new TMultiplexedProcessor();
    for (String name : services.keySet()) {
      all.registerProcessor(name, new Processor(services.getAsJsonObject(name), values));
    }
    return all;
  }

  private static boolean isFramed(JsonObject dialect) {
    return dialect.get("framing").getAsString().equals("framed");
  }

  private static TProtocolFactory protocolOf(JsonObject dialect) {
    return switch (dialect.get("protocol").getAsString()) {
      case "compact" -> new TCompactProtocol.Factory();
      case "json" -> new TJSONProtocol.Factory();
      case "old-binary" -> new TBinaryProtocol.Factory(false, false);
      default -> new TBinaryProtocol.Factory(true, true);
    };
  }
}
