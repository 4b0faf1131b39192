import type { Observable } from 'rxjs';

/** The value that a handler returns for a result: a method without one may return nothing, or null as Nest has it. */
export type ThriftReplyValue<Result> = undefined extends Result ? Result | null : Result;

/** What a handler may return for a result: the value, a promise of it, or an observable of that one value. */
export type ThriftReply<Result> =
  ThriftReplyValue<Result> | Promise<ThriftReplyValue<Result>> | Observable<ThriftReplyValue<Result>>;

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
