import type { Observable } from 'rxjs';

/** A method without a result may return nothing, or null as Nest has it. */
type Value<Result> = undefined extends Result ? Result | null : Result;

/** What a handler may return for a result: the value, a promise of it, or an observable whose last value it is. */
export type ThriftReply<Result> = Value<Result> | Promise<Value<Result>> | Observable<Value<Result>>;

/**
 * A union of the IDL: exactly one of its members is set, or none where a peer sent one that this side does not know
 * (writing such a union is an error).
 */
export type ThriftUnion<Members> =
  | {
      [Member in keyof Members]-?: { readonly [Set in Member]: Exclude<Members[Member], undefined> } & {
        readonly [Unset in Exclude<keyof Members, Member>]?: undefined;
      };
    }[keyof Members]
  | { readonly [Unset in keyof Members]?: undefined };
