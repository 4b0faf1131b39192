import type { Observable } from 'rxjs';
import type { ServerCall } from '../server/server-call.js';

/** The last value of what a handler returned. When the call gets its answer before that, nobody listens any more. */
export function lastValue(call: ServerCall, source: Observable<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let last: unknown;
    const subscription = source.subscribe({
      next: (value) => {
        last = value;
      },
      error: reject,
    });
    // Complete, or given up: then nobody looks at the value.
    subscription.add(() => {
      resolve(last);
    });
    call.result = subscription;
    if (call.settled) subscription.unsubscribe();
  });
}
