"""Values of an IDL that thriftpy2 has loaded, from plain JSON and back."""

import base64
import os
import re
import tempfile

import thriftpy2
from thriftpy2.thrift import TType

from peer_loop import number_to_portable


def load_without_uuid(idl):
    """Loads an IDL without the lines that use uuid, a type that thriftpy2 does not know."""
    with open(idl, encoding="utf8") as file:
        lines = [line for line in file if not re.search(r"\buuid\b", line)]
    path = os.path.join(tempfile.mkdtemp(), "peer.thrift")
    with open(path, "w", encoding="utf8") as file:
        file.writelines(lines)
    return thriftpy2.load(path, module_name=f"peer_{os.path.basename(os.path.dirname(path))}_thrift")


def from_portable(ttype, spec, value):
    if ttype == TType.STRUCT:
        fields = {name: (kind, rest) for kind, name, rest in map(unpack_field, spec.thrift_spec.values())}
        return spec(**{name: from_portable(*fields[name], member) for name, member in value.items()})
    if ttype in (TType.LIST, TType.SET):
        elements = [from_portable(*unpack(spec), element) for element in value]
        return elements if ttype == TType.LIST else set(elements)
    if ttype == TType.MAP:
        return {from_portable(*unpack(spec[0]), key): from_portable(*unpack(spec[1]), entry) for key, entry in value}
    if ttype == TType.I64:
        return int(value)
    if ttype == TType.DOUBLE:
        return float(value)
    return base64.b64decode(value) if ttype == TType.BINARY else value


def to_portable(ttype, spec, value):
    if ttype == TType.STRUCT:
        fields = map(unpack_field, value.thrift_spec.values())
        members = [(name, kind, rest, getattr(value, name)) for kind, name, rest in fields]
        return {name: to_portable(kind, rest, member) for name, kind, rest, member in members if member is not None}
    if ttype in (TType.LIST, TType.SET):
        return [to_portable(*unpack(spec), element) for element in value]
    if ttype == TType.MAP:
        return [[to_portable(*unpack(spec[0]), key), to_portable(*unpack(spec[1]), entry)] for key, entry in value.items()]
    if ttype == TType.I64:
        return str(value)
    if ttype == TType.DOUBLE:
        return number_to_portable(value)
    return base64.b64encode(value).decode() if ttype == TType.BINARY else value


def unpack_field(field):
    """A field's spec is (type, name, required), or (type, name, what is in it, required)."""
    return field[0], field[1], field[2] if len(field) == 4 else None


def unpack(element):
    """The spec of an element is its type, or (type, what is in it)."""
    return element if isinstance(element, tuple) else (element, None)
