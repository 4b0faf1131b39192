import type { AccountPorts } from './account-ports.js';
import type { LastUse } from './last-use.js';
import type { LogInThrottle } from './log-in-throttle.js';
import type { SessionIssuer } from './session-issuer.js';

/** Dependencies of all account use cases; each names those it needs. */
export interface AccountParts extends AccountPorts {
  readonly issuer: SessionIssuer;
  readonly throttle: LogInThrottle;
  readonly lastUse: LastUse;
}
