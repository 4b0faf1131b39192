import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TException;
import org.apache.thrift.TProcessor;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;

/** Answers the calls of one service, as generated code would. */
final class Processor implements TProcessor {
  private final JsonObject methods;
  private final Values values;

  Processor(JsonObject methods, Values values) {
    this.methods = methods;
    this.values = values;
  }

  @Override
  public void process(TProtocol input, TProtocol output) throws TException {
    TMessage call = input.readMessageBegin();
    JsonObject method = methods.getAsJsonObject(call.name);
    JsonObject args = values.readStruct(input, method.getAsJsonArray("args"));
    input.readMessageEnd();
    JsonObject result = answer(call.name, args);
    if (method.get("oneway").getAsBoolean()) return;
    byte kind = result == null ? TMessageType.EXCEPTION : TMessageType.REPLY;
    output.writeMessageBegin(new TMessage(call.name, kind, call.seqid));
    if (result == null) {
      new TApplicationException(TApplicationException.INTERNAL_ERROR, "This is a TException").write(output);
    } else {
      values.writeStruct(output, method.getAsJsonArray("result"), result);
    }
    output.writeMessageEnd();
    output.getTransport().flush();
  }

  /** The result struct of a call of ThriftTest or SecondService; null where it fails with nothing that it declares. */
  private static JsonObject answer(String method, JsonObject args) {
    return switch (method) {
      case "testMapMap" -> of("success", list(pair(number(-4), counted(-1)), pair(number(4), counted(1))));
      case "testInsanity" -> {
        JsonElement argument = args.get("argument");
        JsonArray twice = list(pair(number(2), argument), pair(number(3), argument));
        JsonArray empty = list(pair(number(6), new JsonObject()));
        yield of("success", list(pair(new JsonPrimitive("1"), twice), pair(new JsonPrimitive("2"), empty)));
      }
      case "testMulti" -> {
        JsonObject xtruct = of("string_thing", new JsonPrimitive("Hello2"));
        xtruct.add("byte_thing", args.get("arg0"));
        xtruct.add("i32_thing", args.get("arg1"));
        xtruct.add("i64_thing", args.get("arg2"));
        yield of("success", xtruct);
      }
      case "testException" ->
          switch (args.get("arg").getAsString()) {
            case "TException" -> null;
            case "Xception" -> of("err1", failure(1001, "message", args.get("arg")));
            default -> new JsonObject();
          };
      case "testMultiException" -> {
        JsonElement first = new JsonPrimitive("This is an " + args.get("arg0").getAsString());
        yield switch (args.get("arg0").getAsString()) {
          case "Xception" -> of("err1", failure(1001, "message", first));
          case "Xception2" -> of("err2", failure(2002, "struct_thing", of("string_thing", first)));
          default -> of("success", of("string_thing", args.get("arg1")));
        };
      }
      case "secondtestString" ->
          of("success", new JsonPrimitive("testString(\"" + args.get("thing").getAsString() + "\")"));
      default -> args.has("thing") ? of("success", args.get("thing")) : new JsonObject();
    };
  }

  private static JsonObject failure(int code, String member, JsonElement value) {
    JsonObject failure = of(member, value);
    failure.addProperty("errorCode", code);
    return failure;
  }

  private static JsonArray counted(int sign) {
    JsonArray entries = new JsonArray();
    for (int n = 1; n <= 4; n++) entries.add(pair(number(sign * n), number(sign * n)));
    return entries;
  }

  private static JsonObject of(String member, JsonElement value) {
    JsonObject object = new JsonObject();
    object.add(member, value);
    return object;
  }

  private static JsonElement number(int value) {
    return new JsonPrimitive(value);
  }

  private static JsonArray pair(JsonElement key, JsonElement value) {
    return list(key, value);
  }

  private static JsonArray list(JsonElement... elements) {
    JsonArray list = new JsonArray();
    for (JsonElement element : elements) list.add(element);
    return list;
  }
}
