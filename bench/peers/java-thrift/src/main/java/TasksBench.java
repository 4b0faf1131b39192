import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.thrift.TException;
import org.apache.thrift.TProcessor;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TField;
import org.apache.thrift.protocol.TList;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TProtocolUtil;
import org.apache.thrift.protocol.TStruct;
import org.apache.thrift.protocol.TType;
import org.apache.thrift.server.TThreadedSelectorServer;
import org.apache.thrift.transport.TNonblockingServerSocket;

/**
 * Apache Thrift for Java: the threaded selector server, framed, with a processor like the one its compiler generates and
 * the handlers that every peer has. Its accepted sockets have TCP_NODELAY set by the library.
 */
public final class TasksBench implements TProcessor {
  private static final DateTimeFormatter CREATED_ON =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final AtomicLong counter = new AtomicLong();
  private final List<Task> tasks = new ArrayList<>();

  private record Task(String id, String userId, String name, String createdOn, boolean done) {}

  private TasksBench(int listSize) {
    for (int i = 0; i < listSize; i++) tasks.add(newTask("alice", "task number " + i));
  }

  private Task newTask(String userId, String name) {
    String id = String.format("%024x", counter.incrementAndGet());
    return new Task(id, userId, name, CREATED_ON.format(Instant.now()), false);
  }

  @Override
  public void process(TProtocol in, TProtocol out) throws TException {
    TMessage call = in.readMessageBegin();
    String[] args = readStrings(in);
    in.readMessageEnd();
    out.writeMessageBegin(new TMessage(call.name, TMessageType.REPLY, call.seqid));
    out.writeStructBegin(new TStruct("result"));
    writeResult(call.name, args, out);
    out.writeFieldStop();
    out.writeStructEnd();
    out.writeMessageEnd();
    out.getTransport().flush();
  }

  /** Reads a struct whose fields are strings, by field id. */
  private static String[] readStrings(TProtocol in) throws TException {
    String[] values = new String[3];
    in.readStructBegin();
    for (TField field = in.readFieldBegin(); field.type != TType.STOP; field = in.readFieldBegin()) {
      if (field.type == TType.STRING && field.id < values.length) values[field.id] = in.readString();
      else TProtocolUtil.skip(in, field.type);
      in.readFieldEnd();
    }
    in.readStructEnd();
    return values;
  }

  private void writeResult(String method, String[] args, TProtocol out) throws TException {
    if (method.equals("all")) {
      out.writeFieldBegin(new TField("success", TType.LIST, (short) 0));
      out.writeListBegin(new TList(TType.STRUCT, tasks.size()));
      for (Task task : tasks) writeTask(task, out);
      out.writeListEnd();
    } else {
      out.writeFieldBegin(new TField("success", TType.STRUCT, (short) 0));
      if (method.equals("add")) writeTask(newTask(args[1], args[2]), out);
      else writeHealthcheck(out);
    }
    out.writeFieldEnd();
  }

  private static void writeTask(Task task, TProtocol out) throws TException {
    out.writeStructBegin(new TStruct("Task"));
    String[] strings = {task.id, task.userId, task.name, task.createdOn};
    for (int i = 0; i < strings.length; i++) {
      out.writeFieldBegin(new TField("field", TType.STRING, (short) (i + 1)));
      out.writeString(strings[i]);
      out.writeFieldEnd();
    }
    writeBool("done", 5, task.done, out);
    out.writeFieldStop();
    out.writeStructEnd();
  }

  private static void writeHealthcheck(TProtocol out) throws TException {
    out.writeStructBegin(new TStruct("Healthcheck"));
    writeBool("ok", 1, true, out);
    out.writeFieldBegin(new TField("message", TType.STRING, (short) 2));
    out.writeString("OK");
    out.writeFieldEnd();
    out.writeFieldStop();
    out.writeStructEnd();
  }

  private static void writeBool(String name, int id, boolean value, TProtocol out) throws TException {
    out.writeFieldBegin(new TField(name, TType.BOOL, (short) id));
    out.writeBool(value);
    out.writeFieldEnd();
  }

  public static void main(String[] arguments) throws Exception {
    String listSize = System.getenv().getOrDefault("BENCH_LIST_SIZE", "100");
    TNonblockingServerSocket socket = new TNonblockingServerSocket(new InetSocketAddress("127.0.0.1", 0));
    TThreadedSelectorServer.Args args =
        new TThreadedSelectorServer.Args(socket)
            .processor(new TasksBench(Integer.parseInt(listSize)))
            .protocolFactory(new TBinaryProtocol.Factory())
            .selectorThreads(1)
            .workerThreads(1);
    // The socket is bound in its constructor.
    System.out.println("READY " + socket.getPort());
    new TThreadedSelectorServer(args).serve();
  }
}
