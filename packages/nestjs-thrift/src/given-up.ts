/** Reason why a server ended a call early. */
export type GivenUpReason = 'overloaded' | 'shutting-down' | 'deadline';

/** Information of a client about a call that its server ended early. */
interface GivenUp {
  readonly reason: GivenUpReason;
  /** Whether the call may have run: `no` is always safe to retry. */
  readonly executed: 'no' | 'maybe';
}

const STARTS: readonly (GivenUp & { readonly start: string })[] = [
  { start: 'Overloaded: ', reason: 'overloaded', executed: 'no' },
  { start: 'Shutting down: ', reason: 'shutting-down', executed: 'no' },
  { start: 'Deadline exceeded: ', reason: 'deadline', executed: 'maybe' },
];
const ENDS = { no: 'not run, safe to retry', maybe: 'it may have run' } as const;

/**
 * Returns the message of the INTERNAL_ERROR reply to a call that the server ended early. Thrift has no code for it, so clients go
 * by the words: start and end of the message are part of the contract.
 * @param detail goes in between.
 */
export function givenUpMessage(reason: GivenUpReason, detail?: string): string {
  const { start, executed } = STARTS.find((form) => form.reason === reason) as (typeof STARTS)[number];
  return `${start}${detail === undefined ? '' : `${detail}, `}${ENDS[executed]}`;
}

/** Parses a message of `givenUpMessage`. Undefined for any other: a handler's own error may start alike. */
export function readGivenUp(message: string): GivenUp | undefined {
  return STARTS.find(({ start, executed }) => {
    const end = ENDS[executed];
    return message.startsWith(start) && (message.endsWith(`, ${end}`) || message === `${start}${end}`);
  });
}
