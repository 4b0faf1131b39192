import { randomBytes } from 'node:crypto';

export interface StoredTask {
  id: string;
  name: string;
  done: boolean;
  createdOn: string;
}

export interface StoredAccount {
  readonly id: string;
  username: string;
  password: string;
  recoveryCode: string;
  readonly tasks: Map<string, StoredTask>;
  readonly tokens: {
    id: string;
    name: string;
    scopes: string[];
    createdOn: string;
    expiresAt: string;
    lastFour: string;
  }[];
}

export interface StoredSession {
  readonly id: string;
  readonly token: string;
  readonly account: StoredAccount;
  readonly device: string;
  readonly createdOn: string;
  confirmedAt: number;
}

/** 32 hexadecimal digits. */
export function randomId(): string {
  return randomBytes(16).toString('hex');
}

/** Accounts, sessions and tasks of the stand-in, in memory. They survive its restarts. */
export class StandInStore {
  readonly accounts = new Map<string, StoredAccount>();
  readonly sessions = new Map<string, StoredSession>();

  addAccount(username: string, password: string): StoredAccount {
    const account = { id: randomId(), username, password, recoveryCode: newCode(), tasks: new Map(), tokens: [] };
    this.accounts.set(username.toLowerCase(), account);
    return account;
  }

  addSession(account: StoredAccount, device = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0'): StoredSession {
    const now = Date.now();
    const session = {
      id: randomId(),
      token: randomId(),
      account,
      device,
      createdOn: new Date(now).toISOString(),
      confirmedAt: now,
    };
    this.sessions.set(session.token, session);
    return session;
  }

  /** Adds tasks, oldest first, a second apart, ending now. */
  addTasks(account: StoredAccount, names: readonly string[], done: (place: number) => boolean = () => false): void {
    const start = Date.now() - names.length * 1000;
    for (const [place, name] of names.entries()) {
      const id =
        (Math.floor(start / 1000) + place).toString(16).padStart(8, '0') + place.toString(16).padStart(16, '0');
      const createdOn = new Date(start + place * 1000).toISOString();
      account.tasks.set(id, { id, name, done: done(place), createdOn });
    }
  }
}

/** A recovery code in the gateway's format. */
export function newCode(): string {
  return (
    randomBytes(20)
      .toString('hex')
      .match(/.{1,8}/g)
      ?.join('-') ?? ''
  );
}
