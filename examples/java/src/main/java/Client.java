import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TCompactProtocol;
import org.apache.thrift.protocol.TJSONProtocol;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.TTransport;
import org.apache.thrift.transport.layered.TFramedTransport;
import tasks.BaseException;
import tasks.Task;
import tasks.TaskEdit;
import tasks.Tasks;

/**
 * A first call from Java: adds two tasks, finishes them, one of which repeats, and prints the user's list.
 *
 * <pre>mvn compile exec:java -Dexec.args="[HOST [PORT [PROTOCOL [TRANSPORT]]]]"</pre>
 */
public final class Client {
  private static final int TIMEOUT_MS = 10_000;

  public static void main(String[] args) throws TException {
    String host = argument(args, 0, "127.0.0.1");
    int port = Integer.parseInt(argument(args, 1, "6001"));
    TSocket socket = new TSocket(host, port, TIMEOUT_MS);
    try (TTransport transport = transport(argument(args, 3, "unframed"), socket)) {
      transport.open();
      session(new Tasks.Client(protocol(argument(args, 2, "binary"), transport)));
    }
  }

  private static void session(Tasks.Client client) throws TException {
    Task milk = client.add("alice", "buy milk");
    // Java sends `done` in every `update`, so `upsert` is the way to change one field.
    client.upsert(new Task("alice").setId(milk.getId()).setDone(true));

    Task rent = client.add("alice", "pay rent");
    TaskEdit paid = new TaskEdit().setDueOn("2026-12-31").setRepeat("FREQ=MONTHLY").setDone(true).setNow("2026-12-31");
    Task next = client.edit(rent.getId(), "alice", paid).getSuccessor();
    System.out.println("next: " + next.getDueOn() + " " + next.getName());

    for (Task task : client.all("alice")) {
      System.out.println(task.getCreatedOn() + " " + (task.isDone() ? "done" : "open") + " " + task.getName());
    }

    try {
      client.upsert(new Task("bob").setId(milk.getId()).setDone(true));
    } catch (BaseException error) {
      System.out.println(error.getCode() + " " + error.getMessage());
    }
  }

  private static TProtocol protocol(String name, TTransport transport) {
    return switch (name) {
      case "compact" -> new TCompactProtocol(transport);
      case "json" -> new TJSONProtocol(transport);
      default -> new TBinaryProtocol(transport);
    };
  }

  private static TTransport transport(String name, TSocket socket) throws TException {
    return name.equals("framed") ? new TFramedTransport(socket) : socket;
  }

  private static String argument(String[] args, int position, String otherwise) {
    return args.length > position ? args[position] : otherwise;
  }
}
