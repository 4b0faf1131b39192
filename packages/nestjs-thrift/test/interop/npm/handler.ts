import type { Portable } from '../portable.js';

/** Thrown for undeclared failures of ThriftTest. */
export class UndeclaredFailure extends Error {}

/** Returns the result struct of ThriftTest and SecondService for a call. @throws UndeclaredFailure as requested. */
export function answerThriftTest(method: string, args: Record<string, Portable>): Record<string, Portable> {
  switch (method) {
    case 'testMapMap':
      return { success: [-4, 4].map((of) => [of, [1, 2, 3, 4].map((n) => [Math.sign(of) * n, Math.sign(of) * n])]) };
    case 'testInsanity': {
      const { argument = {} } = args;
      const twice = [2, 3].map((numberz) => [numberz, argument]);
      return {
        success: [
          ['1', twice],
          ['2', [[6, {}]]],
        ],
      };
    }
    case 'testMulti': {
      const { arg0 = 0, arg1 = 0, arg2 = '0' } = args;
      return { success: { string_thing: 'Hello2', byte_thing: arg0, i32_thing: arg1, i64_thing: arg2 } };
    }
    case 'testException':
      if (args['arg'] === 'TException') throw new UndeclaredFailure('This is a TException');
      return args['arg'] === 'Xception' ? { err1: { errorCode: 1001, message: 'Xception' } } : {};
    case 'testMultiException':
      return answerMultiException(args);
    case 'secondtestString':
      return { success: `testString("${args['thing'] as string}")` };
    default:
      return 'thing' in args ? { success: args['thing'] } : {};
  }
}

function answerMultiException({ arg0 = '', arg1 = '' }: Record<string, Portable>): Record<string, Portable> {
  if (arg0 === 'Xception') return { err1: { errorCode: 1001, message: 'This is an Xception' } };
  if (arg0 === 'Xception2')
    return { err2: { errorCode: 2002, struct_thing: { string_thing: 'This is an Xception2' } } };
  return { success: { string_thing: arg1 } };
}
