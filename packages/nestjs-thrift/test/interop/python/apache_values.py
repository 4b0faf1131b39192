"""Values of the schema's types, written and read by the protocol classes of Apache's Python library."""

import base64
import uuid

from thrift.Thrift import TType

from peer_loop import number_to_portable

WIRE_TYPES = {
    "bool": TType.BOOL,
    "i8": TType.BYTE,
    "i16": TType.I16,
    "i32": TType.I32,
    "i64": TType.I64,
    "double": TType.DOUBLE,
    "string": TType.STRING,
    "binary": TType.STRING,
    "uuid": TType.UUID,
}

WRITERS = {
    "bool": lambda output, value: output.writeBool(value),
    "i8": lambda output, value: output.writeByte(value),
    "i16": lambda output, value: output.writeI16(value),
    "i32": lambda output, value: output.writeI32(value),
    "i64": lambda output, value: output.writeI64(int(value)),
    "double": lambda output, value: output.writeDouble(float(value)),
    "string": lambda output, value: output.writeString(value),
    "binary": lambda output, value: output.writeBinary(base64.b64decode(value)),
    "uuid": lambda output, value: output.writeUuid(uuid.UUID(value)),
}

READERS = {
    "bool": lambda input: bool(input.readBool()),
    "i8": lambda input: input.readByte(),
    "i16": lambda input: input.readI16(),
    "i32": lambda input: input.readI32(),
    "i64": lambda input: str(input.readI64()),
    "double": lambda input: number_to_portable(input.readDouble()),
    "string": lambda input: input.readString(),
    "binary": lambda input: base64.b64encode(input.readBinary()).decode(),
    "uuid": lambda input: str(input.readUuid()),
}


def wire_type(kind):
    if isinstance(kind, str):
        return WIRE_TYPES[kind]
    return {"list": TType.LIST, "set": TType.SET, "map": TType.MAP, "struct": TType.STRUCT}[next(iter(kind))]


class Values:
    """Writes and reads values of the schema's types."""

    def __init__(self, structs):
        self._structs = structs

    def write_struct(self, output, fields, value):
        output.writeStructBegin("")
        for field in fields:
            if field["name"] in value:
                output.writeFieldBegin(field["name"], wire_type(field["type"]), field["id"])
                self.write(output, field["type"], value[field["name"]])
                output.writeFieldEnd()
        output.writeFieldStop()
        output.writeStructEnd()

    def write(self, output, kind, value):
        if isinstance(kind, str):
            WRITERS[kind](output, value)
        elif "struct" in kind:
            self.write_struct(output, self._structs[kind["struct"]], value)
        elif "map" in kind:
            key_kind, entry_kind = kind["map"]
            output.writeMapBegin(wire_type(key_kind), wire_type(entry_kind), len(value))
            for key, entry in value:
                self.write(output, key_kind, key)
                self.write(output, entry_kind, entry)
            output.writeMapEnd()
        else:
            name, element_kind = next(iter(kind.items()))
            getattr(output, f"write{name.capitalize()}Begin")(wire_type(element_kind), len(value))
            for element in value:
                self.write(output, element_kind, element)
            getattr(output, f"write{name.capitalize()}End")()

    def read_struct(self, input, fields):
        by_id = {field["id"]: field for field in fields}
        value = {}
        input.readStructBegin()
        while True:
            _, sent, number = input.readFieldBegin()
            if sent == TType.STOP:
                break
            field = by_id.get(number)
            if field is not None and wire_type(field["type"]) == sent:
                value[field["name"]] = self.read(input, field["type"])
            else:
                input.skip(sent)
            input.readFieldEnd()
        input.readStructEnd()
        return value

    def read(self, input, kind):
        if isinstance(kind, str):
            return READERS[kind](input)
        if "struct" in kind:
            return self.read_struct(input, self._structs[kind["struct"]])
        if "map" in kind:
            key_kind, entry_kind = kind["map"]
            _, _, size = input.readMapBegin()
            value = [[self.read(input, key_kind), self.read(input, entry_kind)] for _ in range(size)]
            input.readMapEnd()
            return value
        name, element_kind = next(iter(kind.items()))
        _, size = getattr(input, f"read{name.capitalize()}Begin")()
        value = [self.read(input, element_kind) for _ in range(size)]
        getattr(input, f"read{name.capitalize()}End")()
        return value
