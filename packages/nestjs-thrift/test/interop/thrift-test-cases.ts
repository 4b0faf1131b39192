/** One call of the ThriftTest services and the expected answer. */
export interface InteropCase {
  readonly service: string;
  readonly method: string;
  readonly args: Record<string, unknown>;
  /** The fields of the result struct, or the kind of TApplicationException. */
  readonly answers: { readonly result: Record<string, unknown> } | { readonly error: number };
}

/** TApplicationException's INTERNAL_ERROR. */
const INTERNAL_ERROR = 6;

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const manyScripts =
  'Ærøskøbing, العربية, Žemaitėška, Беларуская, বাংলা, ᏣᎳᎩ, ދިވެހިބަސް, 日本語, ⰔⰎⰑⰂⰡⰐⰠⰔⰍⰟ, 𝄞, 👩‍👩‍👧, zero\0byte';
const special = 'quote " backslash \\ slash / \b\f\n\r\t \u001f \u007f ]] "]] \\" }}}{ [[[ \\u0041';

const echoes: Record<string, readonly unknown[]> = {
  testString: ['', 'Test', manyScripts, special, 'x'.repeat(127), 'x'.repeat(128), 'é'.repeat(50_000)],
  testBool: [true, false],
  testByte: [0, 1, -1, 127, -128],
  testI32: [0, 1, -1, 63, 64, -64, -65, 2_147_483_647, -2_147_483_648],
  testI64: [0n, 5n, -5n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)],
  testDouble: [0, -0, 1.5, -5.2098523, 0.1, 5e-324, Number.MAX_VALUE, -1e-7, NaN, Infinity, -Infinity],
  testBinary: [Buffer.alloc(0), Buffer.of(0), Buffer.of(1, 2), Buffer.of(0xff, 0xfe, 0xfd), everyByte],
  testUuid: ['00112233-4455-6677-8899-aabbccddeeff', '00000000-0000-0000-0000-000000000000'],
  testStruct: [
    { string_thing: 'Zero', byte_thing: 1, i32_thing: -3, i64_thing: -5n },
    { string_thing: '', byte_thing: 0, i32_thing: 0, i64_thing: 0n },
    { i64_thing: 1n },
    {},
  ],
  testNest: [
    {
      byte_thing: 1,
      struct_thing: { string_thing: 'Zero', byte_thing: 1, i32_thing: -3, i64_thing: -5n },
      i32_thing: 5,
    },
    { struct_thing: {} },
  ],
  testMap: [new Map(), new Map([0, 1, 2, 3, -4].map((key) => [key, key - 10]))],
  testStringMap: [
    new Map(),
    new Map([
      ['a', '123'],
      ['a b', 'with spaces '],
      ['', 'no key'],
      ['0', 'numeric key'],
      [special, manyScripts],
    ]),
    new Map([['__proto__', 'a key like any other']]),
  ],
  testSet: [new Set(), new Set([8, 1, -42])],
  testList: [
    [],
    [1],
    Array.from({ length: 14 }, (_, i) => i),
    Array.from({ length: 15 }, (_, i) => -1 - i),
    Array(5_000).fill(7),
  ],
  testEnum: [1, 5, 8, 99],
  testTypedef: [69n, 309_858_235_082_523n],
};

const xtructs = [
  { string_thing: 'Goodbye4', byte_thing: 4, i32_thing: 4, i64_thing: 4n },
  { string_thing: 'Hello2', byte_thing: 2, i32_thing: 2, i64_thing: 2n },
];
const insanity = {
  userMap: new Map([
    [5, 5n],
    [8, 8n],
  ]),
  xtructs,
};
const insane = (argument: object): unknown =>
  new Map([
    [
      1n,
      new Map([
        [2, argument],
        [3, argument],
      ]),
    ],
    [2n, new Map([[6, {}]])],
  ]);
const countedTo = (n: number): [number, Map<number, number>] => [
  n,
  new Map([1, 2, 3, 4].map((i) => [Math.sign(n) * i, Math.sign(n) * i])),
];
const multi = {
  arg0: 74,
  arg1: 0xff00ff,
  arg2: 0xffffffffd0d0n,
  arg3: new Map([
    [0, 'abc'],
    [-1, ''],
  ]),
  arg4: 5,
  arg5: 0xf0f0f0n,
};

const returning = (method: string, args: Record<string, unknown>, success: unknown): InteropCase => ({
  service: 'ThriftTest',
  method,
  args,
  answers: { result: { success } },
});
const raising = (method: string, args: Record<string, unknown>, result: Record<string, unknown>): InteropCase => ({
  service: 'ThriftTest',
  method,
  args,
  answers: { result },
});

/** Every method of ThriftTest and SecondService, with values at and around the edges of each type. */
export const thriftTestCases: readonly InteropCase[] = [
  raising('testVoid', {}, {}),
  ...Object.entries(echoes).flatMap(([method, things]) => things.map((thing) => returning(method, { thing }, thing))),
  returning('testMapMap', { hello: 42 }, new Map([countedTo(-4), countedTo(4)])),
  returning('testInsanity', { argument: insanity }, insane(insanity)),
  returning('testInsanity', { argument: {} }, insane({})),
  returning('testMulti', multi, {
    string_thing: 'Hello2',
    byte_thing: 74,
    i32_thing: 0xff00ff,
    i64_thing: 0xffffffffd0d0n,
  }),
  raising('testException', { arg: 'Safe' }, {}),
  raising('testException', { arg: 'Xception' }, { err1: { errorCode: 1001, message: 'Xception' } }),
  { service: 'ThriftTest', method: 'testException', args: { arg: 'TException' }, answers: { error: INTERNAL_ERROR } },
  returning('testMultiException', { arg0: 'Safe', arg1: 'kept' }, { string_thing: 'kept' }),
  raising(
    'testMultiException',
    { arg0: 'Xception', arg1: '' },
    { err1: { errorCode: 1001, message: 'This is an Xception' } },
  ),
  raising(
    'testMultiException',
    { arg0: 'Xception2', arg1: '' },
    { err2: { errorCode: 2002, struct_thing: { string_thing: 'This is an Xception2' } } },
  ),
  raising('testOneway', { secondsToSleep: 0 }, {}),
  returning('testString', { thing: 'after a oneway' }, 'after a oneway'),
  {
    service: 'SecondService',
    method: 'secondtestString',
    args: { thing: 'foobar' },
    answers: { result: { success: 'testString("foobar")' } },
  },
];
