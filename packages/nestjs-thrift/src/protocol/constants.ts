import thrift from 'thrift/lib/nodejs/lib/thrift/thrift.js';

/** Type codes on the wire (Thrift binary protocol specification, "Struct"); compact and JSON map onto these. */
export const { STOP, BOOL, BYTE, DOUBLE, I16, I32, I64, STRING, STRUCT, MAP, SET, LIST, UUID } = thrift.Type;

/** Message types (Thrift binary protocol specification, "Message"). */
export const { CALL, REPLY, EXCEPTION, ONEWAY } = thrift.MessageType;

/** Codes of TApplicationException by name (Thrift RPC specification, "Response struct"). */
export const APPLICATION_EXCEPTION_TYPES = thrift.TApplicationExceptionType;
