/** The one file of npm `thrift` that is loaded at run time; the package's main module would add 200 ms to the start. */
declare module 'thrift/lib/nodejs/lib/thrift/thrift.js' {
  const thrift: {
    readonly Type: Readonly<
      Record<
        | 'STOP'
        | 'BOOL'
        | 'BYTE'
        | 'DOUBLE'
        | 'I16'
        | 'I32'
        | 'I64'
        | 'STRING'
        | 'STRUCT'
        | 'MAP'
        | 'SET'
        | 'LIST'
        | 'UUID',
        number
      >
    >;
    readonly MessageType: Readonly<Record<'CALL' | 'REPLY' | 'EXCEPTION' | 'ONEWAY', number>>;
    readonly TApplicationExceptionType: Readonly<
      Record<
        | 'UNKNOWN'
        | 'UNKNOWN_METHOD'
        | 'INVALID_MESSAGE_TYPE'
        | 'WRONG_METHOD_NAME'
        | 'BAD_SEQUENCE_ID'
        | 'MISSING_RESULT'
        | 'INTERNAL_ERROR'
        | 'PROTOCOL_ERROR'
        | 'INVALID_TRANSFORM'
        | 'INVALID_PROTOCOL'
        | 'UNSUPPORTED_CLIENT_TYPE',
        number
      >
    >;
  };
  export default thrift;
}
