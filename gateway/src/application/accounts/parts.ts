import type { AccountPorts } from './account-ports.js';
import type { LogInThrottle } from './log-in-throttle.js';
import type { SessionIssuer } from './session-issuer.js';

/** Everything that use cases of accounts are made of; each names the parts that it needs. */
export interface AccountParts extends AccountPorts {
  readonly issuer: SessionIssuer;
  readonly throttle: LogInThrottle;
}
