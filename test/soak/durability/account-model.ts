import type { Model } from '../../support/linearize.js';

/** A call on one account. Sessions and tokens are named by the client: as device and as name of the token. */
export type AccountOperation =
  | { readonly kind: 'signUp' | 'logIn'; readonly session: string }
  /** Anything that needs the session alone. */
  | { readonly kind: 'use' | 'logOut' | 'endOthers' | 'listSessions' | 'listTokens'; readonly session: string }
  | { readonly kind: 'endOne'; readonly session: string; readonly other: string }
  | { readonly kind: 'createToken' | 'revokeToken'; readonly session: string; readonly token: string }
  | { readonly kind: 'useToken'; readonly token: string };

/** What a call is answered with. `ended`: the session or token is not valid. */
export type AccountReply =
  'done' | 'ended' | 'not found' | 'name taken' | 'no account' | readonly string[] | { readonly rejected: string };

/** An account with its sessions and tokens, each list in order. */
export interface AccountState {
  readonly exists: boolean;
  readonly sessions: readonly string[];
  readonly tokens: readonly string[];
}

export const NO_ACCOUNT: AccountState = { exists: false, sessions: [], tokens: [] };

/** One account of a correct gateway. */
export const accountModel: Model<AccountState, AccountOperation, AccountReply> = {
  apply: (state, operation) => {
    const { kind } = operation;
    if (kind === 'signUp') {
      if (state.exists) return { state, reply: 'name taken' };
      return { state: { exists: true, sessions: [operation.session], tokens: [] }, reply: 'done' };
    }
    if (kind === 'logIn') {
      if (!state.exists) return { state, reply: 'no account' };
      return { state: { ...state, sessions: plus(state.sessions, operation.session) }, reply: 'done' };
    }
    if (kind === 'useToken') return { state, reply: state.tokens.includes(operation.token) ? 'done' : 'ended' };
    const { session } = operation;
    if (!state.sessions.includes(session)) return { state, reply: 'ended' };
    switch (kind) {
      case 'use':
        return { state, reply: 'done' };
      case 'listSessions':
        return { state, reply: state.sessions };
      case 'listTokens':
        return { state, reply: state.tokens };
      case 'logOut':
        return { state: { ...state, sessions: minus(state.sessions, session) }, reply: 'done' };
      case 'endOthers':
        return { state: { ...state, sessions: [session] }, reply: 'done' };
      case 'endOne':
        return state.sessions.includes(operation.other)
          ? { state: { ...state, sessions: minus(state.sessions, operation.other) }, reply: 'done' }
          : { state, reply: 'not found' };
      case 'createToken':
        return { state: { ...state, tokens: plus(state.tokens, operation.token) }, reply: 'done' };
      case 'revokeToken':
        return state.tokens.includes(operation.token)
          ? { state: { ...state, tokens: minus(state.tokens, operation.token) }, reply: 'done' }
          : { state, reply: 'not found' };
    }
  },
};

function plus(list: readonly string[], one: string): readonly string[] {
  return [...list, one].sort();
}

function minus(list: readonly string[], one: string): readonly string[] {
  return list.filter((other) => other !== one);
}
