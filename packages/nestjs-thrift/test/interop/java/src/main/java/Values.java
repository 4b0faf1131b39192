import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TField;
import org.apache.thrift.protocol.TList;
import org.apache.thrift.protocol.TMap;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TProtocolUtil;
import org.apache.thrift.protocol.TSet;
import org.apache.thrift.protocol.TStruct;
import org.apache.thrift.protocol.TType;

/** Writes and reads values of the schema's types as JSON: see portable.ts. */
final class Values {
  private static final Map<String, Byte> BASE_TYPES =
      Map.of(
          "bool", TType.BOOL,
          "i8", TType.BYTE,
          "i16", TType.I16,
          "i32", TType.I32,
          "i64", TType.I64,
          "double", TType.DOUBLE,
          "string", TType.STRING,
          "binary", TType.STRING,
          "uuid", TType.UUID);
  private static final Map<String, Byte> OTHER_TYPES =
      Map.of("list", TType.LIST, "set", TType.SET, "map", TType.MAP, "struct", TType.STRUCT);

  private final JsonObject structs;

  Values(JsonObject structs) {
    this.structs = structs;
  }

  void writeStruct(TProtocol output, JsonArray fields, JsonObject value) throws TException {
    output.writeStructBegin(new TStruct("struct"));
    for (JsonElement element : fields) {
      JsonObject field = element.getAsJsonObject();
      String name = field.get("name").getAsString();
      if (!value.has(name)) continue;
      output.writeFieldBegin(new TField(name, wireType(field.get("type")), field.get("id").getAsShort()));
      write(output, field.get("type"), value.get(name));
      output.writeFieldEnd();
    }
    output.writeFieldStop();
    output.writeStructEnd();
  }

  /** Reads the fields that the schema has and skips the others. */
  JsonObject readStruct(TProtocol input, JsonArray fields) throws TException {
    JsonObject value = new JsonObject();
    input.readStructBegin();
    for (TField sent = input.readFieldBegin(); sent.type != TType.STOP; sent = input.readFieldBegin()) {
      JsonObject field = fieldOf(fields, sent);
      if (field == null) TProtocolUtil.skip(input, sent.type);
      else value.add(field.get("name").getAsString(), read(input, field.get("type")));
      input.readFieldEnd();
    }
    input.readStructEnd();
    return value;
  }

  private static JsonObject fieldOf(JsonArray fields, TField sent) {
    for (JsonElement element : fields) {
      JsonObject field = element.getAsJsonObject();
      if (field.get("id").getAsShort() == sent.id && wireType(field.get("type")) == sent.type) return field;
    }
    return null;
  }

  private void write(TProtocol output, JsonElement type, JsonElement value) throws TException {
    if (type.isJsonPrimitive()) {
      writeBase(output, type.getAsString(), value);
      return;
    }
    JsonElement inner = innerOf(type);
    switch (kindOf(type)) {
      case "struct" -> writeStruct(output, structs.getAsJsonArray(inner.getAsString()), value.getAsJsonObject());
      case "list" -> {
        output.writeListBegin(new TList(wireType(inner), value.getAsJsonArray().size()));
        for (JsonElement element : value.getAsJsonArray()) write(output, inner, element);
        output.writeListEnd();
      }
      case "set" -> {
        output.writeSetBegin(new TSet(wireType(inner), value.getAsJsonArray().size()));
        for (JsonElement element : value.getAsJsonArray()) write(output, inner, element);
        output.writeSetEnd();
      }
      default -> {
        JsonElement keyType = inner.getAsJsonArray().get(0);
        JsonElement entryType = inner.getAsJsonArray().get(1);
        output.writeMapBegin(new TMap(wireType(keyType), wireType(entryType), value.getAsJsonArray().size()));
        for (JsonElement entry : value.getAsJsonArray()) {
          write(output, keyType, entry.getAsJsonArray().get(0));
          write(output, entryType, entry.getAsJsonArray().get(1));
        }
        output.writeMapEnd();
      }
    }
  }

  private JsonElement read(TProtocol input, JsonElement type) throws TException {
    if (type.isJsonPrimitive()) return readBase(input, type.getAsString());
    JsonElement inner = innerOf(type);
    JsonArray elements = new JsonArray();
    switch (kindOf(type)) {
      case "struct" -> {
        return readStruct(input, structs.getAsJsonArray(inner.getAsString()));
      }
      case "list" -> {
        TList list = input.readListBegin();
        for (int i = 0; i < list.size; i++) elements.add(read(input, inner));
        input.readListEnd();
      }
      case "set" -> {
        TSet set = input.readSetBegin();
        for (int i = 0; i < set.size; i++) elements.add(read(input, inner));
        input.readSetEnd();
      }
      default -> {
        TMap map = input.readMapBegin();
        for (int i = 0; i < map.size; i++) {
          JsonArray entry = new JsonArray();
          entry.add(read(input, inner.getAsJsonArray().get(0)));
          entry.add(read(input, inner.getAsJsonArray().get(1)));
          elements.add(entry);
        }
        input.readMapEnd();
      }
    }
    return elements;
  }

  private static void writeBase(TProtocol output, String type, JsonElement value) throws TException {
    switch (type) {
      case "bool" -> output.writeBool(value.getAsBoolean());
      case "i8" -> output.writeByte(value.getAsByte());
      case "i16" -> output.writeI16(value.getAsShort());
      case "i32" -> output.writeI32(value.getAsInt());
      case "i64" -> output.writeI64(value.getAsLong());
      case "double" -> output.writeDouble(value.getAsDouble());
      case "string" -> output.writeString(value.getAsString());
      case "uuid" -> output.writeUuid(UUID.fromString(value.getAsString()));
      default -> output.writeBinary(ByteBuffer.wrap(Base64.getDecoder().decode(value.getAsString())));
    }
  }

  private static JsonPrimitive readBase(TProtocol input, String type) throws TException {
    return switch (type) {
      case "bool" -> new JsonPrimitive(input.readBool());
      case "i8" -> new JsonPrimitive(input.readByte());
      case "i16" -> new JsonPrimitive(input.readI16());
      case "i32" -> new JsonPrimitive(input.readI32());
      case "i64" -> new JsonPrimitive(Long.toString(input.readI64()));
      case "double" -> portableDouble(input.readDouble());
      case "string" -> new JsonPrimitive(input.readString());
      case "uuid" -> new JsonPrimitive(input.readUuid().toString());
      default -> {
        ByteBuffer bytes = input.readBinary();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        yield new JsonPrimitive(Base64.getEncoder().encodeToString(copy));
      }
    };
  }

  private static JsonPrimitive portableDouble(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) return new JsonPrimitive(Double.toString(value));
    return Double.doubleToRawLongBits(value) == Long.MIN_VALUE ? new JsonPrimitive("-0") : new JsonPrimitive(value);
  }

  private static byte wireType(JsonElement type) {
    return type.isJsonPrimitive() ? BASE_TYPES.get(type.getAsString()) : OTHER_TYPES.get(kindOf(type));
  }

  private static String kindOf(JsonElement type) {
    return type.getAsJsonObject().keySet().iterator().next();
  }

  private static JsonElement innerOf(JsonElement type) {
    return type.getAsJsonObject().get(kindOf(type));
  }
}
