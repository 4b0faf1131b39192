"""Values of an IDL that thriftpy2 has loaded, from plain JSON and back."""

import base64
import os
import re
import tempfile

import thriftpy2
from thriftpy2.parser.exc import ThriftParserError
from thriftpy2.thrift import TType

from peer_loop import number_to_portable


def load(idl):
    """Loads an IDL. Where thriftpy2 rejects it for its uuid, returns it without the lines that use it, and the rejection."""
    try:
        return thriftpy2.load(idl, module_name=module_name_of(idl)), None
    except ThriftParserError as rejected:
        return load_without_uuid(idl), rejected


def load_without_uuid(idl):
    with open(idl, encoding="utf8") as file:
        lines = [line for line in file if not re.search(r"\buuid\b", line)]
    path = os.path.join(tempfile.mkdtemp(), os.path.basename(idl))
    with open(path, "w", encoding="utf8") as file:
        file.writelines(lines)
    return thriftpy2.load(path, module_name=f"without_uuid_{module_name_of(idl)}", include_dirs=[os.path.dirname(idl)])


def module_name_of(idl):
    return f"{os.path.basename(idl).split('.')[0].replace('-', '_')}_thrift"


def from_portable(ttype, spec, value):
    if ttype == TType.STRUCT:
        fields = {name: (kind, rest) for kind, name, rest in map(unpack_field, spec.thrift_spec.values())}
        return spec(**{name: from_portable(*fields[name], member) for name, member in value.items()})
    if ttype in (TType.LIST, TType.SET):
        elements = [from_portable(*unpack(spec), element) for element in value]
        return elements if ttype == TType.LIST else set(map(hashable, elements))
    if ttype == TType.MAP:
        pairs = [(from_portable(*unpack(spec[0]), key), from_portable(*unpack(spec[1]), entry)) for key, entry in value]
        return {hashable(key): entry for key, entry in pairs}
    if ttype == TType.I64:
        return int(value)
    if ttype == TType.DOUBLE:
        return float(value)
    return base64.b64decode(value) if ttype == TType.BINARY else value


def hashable(value):
    """A list can not be in a set or be a key; a tuple, which the library writes alike, can."""
    return tuple(value) if isinstance(value, list) else value


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
