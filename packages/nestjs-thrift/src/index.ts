/** Public API of the Thrift transport. */
export {
  ClientThrift,
  type ThriftClientEvents,
  type ThriftClientServer,
  type ThriftClientStatus,
} from './nest/thrift-client.js';
export { ThriftRecord, type ThriftCallOptions } from './client/call-options.js';
export type { ThriftClientOptions } from './client/client-options.js';
export type { ThriftClientTlsOptions } from './client/client-tls.js';
export type { ThriftPeer } from './connection/peer.js';
export { ThriftContext, type ThriftContextOptions } from './nest/context.js';
export { THRIFT_TRANSPORT, ThriftMethod, type ThriftMethodOptions } from './nest/decorators.js';
export { ThriftHealthIndicator, type ThriftHealth, type ThriftHealthOptions } from './nest/health-indicator.js';
export { toHttpException, type ThriftHttpStatuses } from './nest/http-status.js';
export { ThriftError, ThriftException } from './nest/rpc-exceptions.js';
export { fromJson, type FromJsonOptions } from './from-json.js';
export { enumText, methodText, structText, typeText, valueText } from './idl-text.js';
export { argumentsFromJson, exampleJson, exceptionToJson, resultToJson } from './json-call.js';
export { jsonText, toJson, type BinaryEncoding, type JsonValue, type ThriftJsonOptions } from './json.js';
export {
  ThriftProtocolError,
  ThriftStartError,
  ThriftTransportError,
  type ProtocolErrorReason,
  type ThriftErrorCode,
  type TransportErrorReason,
} from './errors.js';
export { ThriftIdlError } from './idl/diagnostics.js';
export { loadSchema, parseSchema, type LoadSchemaOptions, type ParseSchemaOptions } from './idl/load-schema.js';
export type { FramingName } from './framing/framing.js';
export { ThriftExceptionFilter } from './nest/exception-filter.js';
export type { ThriftHealthStatus } from './meta.js';
export { LIMIT_RULES, resolveLimits, type LimitRule, type ThriftLimits } from './limits.js';
export type { ProtocolName } from './protocol/protocol.js';
export type {
  Annotations,
  BaseTypeName,
  ConstSchema,
  EnumSchema,
  FieldSchema,
  MethodSchema,
  Requiredness,
  Schema,
  ServiceSchema,
  StructSchema,
  ThriftPattern,
  ThriftValue,
  TypedefSchema,
  TypeSchema,
} from './schema.js';
export { ThriftServer, type ThriftServerOptions, type ThriftServerStatus } from './nest/thrift-server.js';
export type { DialectOptions } from './server/accepted-dialects.js';
export type { CallEnd, ClientCall, ThriftServerEvents } from './nest/events.js';
export type { CallOutcome, Rejection, RejectionReason } from './server/events.js';
export { HANDSHAKE_SHARE } from './server/handshake-table.js';
export type { ListenOptions } from './server/listener.js';
export type { ThriftReply, ThriftReplyValue, ThriftUnion } from './nest/generated-code-types.js';
export type { ThriftTlsOptions } from './server/tls-files.js';
