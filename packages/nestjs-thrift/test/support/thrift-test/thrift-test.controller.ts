import { setTimeout as sleep } from 'node:timers/promises';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { ThriftContext, ThriftError, ThriftException, ThriftMethod } from '../../../src/index.js';

const NUMBERZ = { TWO: 2, THREE: 3, SIX: 6 } as const;
const SECOND_MS = 1_000;

/** A struct of four base types. */
export interface Xtruct {
  readonly string_thing?: string;
  readonly byte_thing?: number;
  readonly i32_thing?: number;
  readonly i64_thing?: bigint;
}

/** A map and a list in one struct. */
export interface Insanity {
  readonly userMap?: ReadonlyMap<number, bigint>;
  readonly xtructs?: readonly Xtruct[];
}

export interface TestMultiArgs {
  readonly arg0: number;
  readonly arg1: number;
  readonly arg2: bigint;
}

/** The methods of ThriftTest that do more than return their argument. */
@Controller()
export class ThriftTestController {
  @ThriftMethod('ThriftTest', 'testMapMap')
  testMapMap(): ReadonlyMap<number, ReadonlyMap<number, number>> {
    return new Map([
      [-4, identity([-4, -3, -2, -1])],
      [4, identity([1, 2, 3, 4])],
    ]);
  }

  /** Returns the argument twice, and an empty one. */
  @ThriftMethod('ThriftTest', 'testInsanity')
  testInsanity(
    @Payload() { argument }: { readonly argument: Insanity },
  ): ReadonlyMap<bigint, ReadonlyMap<number, Insanity>> {
    return new Map([
      [
        1n,
        new Map([
          [NUMBERZ.TWO, argument],
          [NUMBERZ.THREE, argument],
        ]),
      ],
      [2n, new Map<number, Insanity>([[NUMBERZ.SIX, {}]])],
    ]);
  }

  /** Returns three of its six arguments in a struct. */
  @ThriftMethod('ThriftTest', 'testMulti')
  testMulti(@Payload() { arg0, arg1, arg2 }: TestMultiArgs): Xtruct {
    return { string_thing: 'Hello2', byte_thing: arg0, i32_thing: arg1, i64_thing: arg2 };
  }

  /**
   * Throws a declared exception or an undeclared failure, or returns. @throws ThriftException, ThriftError as
   * requested.
   */
  @ThriftMethod('ThriftTest', 'testException')
  testException(@Payload() { arg }: { readonly arg: string }): null {
    if (arg === 'Xception') throw new ThriftException('Xception', { errorCode: 1001, message: arg });
    if (arg === 'TException') throw new ThriftError('INTERNAL_ERROR', 'This is a TException');
    return null;
  }

  /** Throws one of two declared exceptions, or returns a struct. @throws ThriftException as requested. */
  @ThriftMethod('ThriftTest', 'testMultiException')
  testMultiException(@Payload() { arg0, arg1 }: { readonly arg0: string; readonly arg1: string }): Xtruct {
    if (arg0 === 'Xception') {
      throw new ThriftException('Xception', { errorCode: 1001, message: 'This is an Xception' });
    }
    if (arg0 === 'Xception2') {
      const struct_thing: Xtruct = { string_thing: 'This is an Xception2' };
      throw new ThriftException('Xception2', { errorCode: 2002, struct_thing });
    }
    return { string_thing: arg1 };
  }

  /** Sleeps; oneway. @throws AbortError when the call is aborted. */
  @ThriftMethod('ThriftTest', 'testOneway')
  async testOneway(
    @Payload() { secondsToSleep }: { readonly secondsToSleep: number },
    @Ctx() context: ThriftContext,
  ): Promise<void> {
    await sleep(secondsToSleep * SECOND_MS, undefined, { signal: context.signal });
  }
}

@Controller()
export class SecondServiceController {
  /** Output of a print statement. */
  @ThriftMethod('SecondService', 'secondtestString')
  secondtestString(@Payload() { thing }: { readonly thing: string }): string {
    return `testString("${thing}")`;
  }
}

function identity(numbers: readonly number[]): ReadonlyMap<number, number> {
  return new Map(numbers.map((number) => [number, number]));
}
