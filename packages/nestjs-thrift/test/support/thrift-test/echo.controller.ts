import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { ThriftMethod } from '../../../src/index.js';

/** Arguments of a method that returns its argument. */
interface Echoed<Value = unknown> {
  readonly thing: Value;
}

/** The methods of ThriftTest that return their argument, one for each type. */
@Controller()
export class EchoController {
  /** No argument, no result. */
  @ThriftMethod('ThriftTest', 'testVoid')
  testVoid(): null {
    return null;
  }

  /** `string`. */
  @ThriftMethod('ThriftTest', 'testString')
  testString(@Payload() { thing }: Echoed<string>): string {
    return thing;
  }

  /** `bool`. */
  @ThriftMethod('ThriftTest', 'testBool')
  testBool(@Payload() { thing }: Echoed<boolean>): boolean {
    return thing;
  }

  /** `i8`. */
  @ThriftMethod('ThriftTest', 'testByte')
  testByte(@Payload() { thing }: Echoed<number>): number {
    return thing;
  }

  /** `i32`. */
  @ThriftMethod('ThriftTest', 'testI32')
  testI32(@Payload() { thing }: Echoed<number>): number {
    return thing;
  }

  /** `i64`. */
  @ThriftMethod('ThriftTest', 'testI64')
  testI64(@Payload() { thing }: Echoed<bigint>): bigint {
    return thing;
  }

  /** `double`. */
  @ThriftMethod('ThriftTest', 'testDouble')
  testDouble(@Payload() { thing }: Echoed<number>): number {
    return thing;
  }

  /** `binary`. */
  @ThriftMethod('ThriftTest', 'testBinary')
  testBinary(@Payload() { thing }: Echoed<Buffer>): Buffer {
    return thing;
  }

  /** `uuid`. */
  @ThriftMethod('ThriftTest', 'testUuid')
  testUuid(@Payload() { thing }: Echoed<string>): string {
    return thing;
  }

  /** A struct. */
  @ThriftMethod('ThriftTest', 'testStruct')
  testStruct(@Payload() { thing }: Echoed): unknown {
    return thing;
  }

  /** A struct in a struct. */
  @ThriftMethod('ThriftTest', 'testNest')
  testNest(@Payload() { thing }: Echoed): unknown {
    return thing;
  }

  /** `map<i32, i32>`. */
  @ThriftMethod('ThriftTest', 'testMap')
  testMap(@Payload() { thing }: Echoed<ReadonlyMap<number, number>>): ReadonlyMap<number, number> {
    return thing;
  }

  /** `map<string, string>`. */
  @ThriftMethod('ThriftTest', 'testStringMap')
  testStringMap(@Payload() { thing }: Echoed<ReadonlyMap<string, string>>): ReadonlyMap<string, string> {
    return thing;
  }

  /** `set<i32>`. */
  @ThriftMethod('ThriftTest', 'testSet')
  testSet(@Payload() { thing }: Echoed<ReadonlySet<number>>): ReadonlySet<number> {
    return thing;
  }

  /** `list<i32>`. */
  @ThriftMethod('ThriftTest', 'testList')
  testList(@Payload() { thing }: Echoed<readonly number[]>): readonly number[] {
    return thing;
  }

  /** An enum; unknown numbers are returned, too. */
  @ThriftMethod('ThriftTest', 'testEnum')
  testEnum(@Payload() { thing }: Echoed<number>): number {
    return thing;
  }

  /** A typedef of `i64`. */
  @ThriftMethod('ThriftTest', 'testTypedef')
  testTypedef(@Payload() { thing }: Echoed<bigint>): bigint {
    return thing;
  }
}
