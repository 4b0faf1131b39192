import { randomBytes } from 'node:crypto';

export interface StoredTask {
  id: string;
  name: string;
  done: boolean;
  createdOn: string;
  note?: string;
  dueOn?: string;
  starred?: boolean;
  repeat?: string;
  doneOn?: string;
  position?: string;
  changedOn?: string;
}

/** A member of a list, with its own settings of it. */
export interface StoredMember {
  readonly id: string;
  readonly account: StoredAccount;
  role: 'owner' | 'editor' | 'viewer';
  name: string | null;
  color: string | null;
  position: string | null;
}

export interface StoredInvitation {
  readonly id: string;
  readonly secret: string;
  readonly role: 'editor' | 'viewer';
  readonly expiresAt: string;
  uses: number;
}

export interface StoredList {
  readonly id: string;
  name: string | null;
  readonly tasks: Map<string, StoredTask>;
  readonly members: StoredMember[];
  readonly invitations: StoredInvitation[];
  isDeleted: boolean;
}

export interface StoredAccount {
  readonly id: string;
  username: string;
  password: string;
  recoveryCode: string;
  /** The list that every account has. */
  readonly first: StoredList;
  /** The tasks of the first list. */
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
  readonly lists = new Map<string, StoredList>();

  addAccount(username: string, password: string): StoredAccount {
    const tasks = new Map<string, StoredTask>();
    const first = { id: randomId(), name: null, tasks, members: [], invitations: [], isDeleted: false };
    const account = { id: randomId(), username, password, recoveryCode: newCode(), first, tasks, tokens: [] };
    this.accounts.set(username.toLowerCase(), account);
    this.lists.set(first.id, first);
    this.addMember(first, account, 'owner');
    return account;
  }

  /** Adds a list of the account, with tasks; the first is the oldest. */
  addList(account: StoredAccount, name: string, ...tasks: string[]): StoredList {
    const list: StoredList = {
      id: randomId(),
      name,
      tasks: new Map(),
      members: [],
      invitations: [],
      isDeleted: false,
    };
    this.lists.set(list.id, list);
    this.addMember(list, account, 'owner');
    this.addTasks(list, tasks);
    return list;
  }

  addMember(list: StoredList, account: StoredAccount, role: StoredMember['role'], name: string | null = null): void {
    list.members.push({ id: randomId(), account, role, name, color: null, position: null });
  }

  /** The lists that the account has, its first one first. */
  listsOf(account: StoredAccount): StoredList[] {
    const others = [...this.lists.values()].filter((list) => list !== account.first && !list.isDeleted);
    return [account.first, ...others.filter(({ members }) => members.some((member) => member.account === account))];
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

  /** Adds tasks to a list, oldest first, a second apart, ending now. */
  addTasks(
    { tasks }: Pick<StoredList, 'tasks'>,
    names: readonly string[],
    fields: (place: number) => Partial<StoredTask> = () => ({}),
  ): void {
    const start = Date.now() - names.length * 1000;
    for (const [place, name] of names.entries()) {
      const seconds = Math.floor(start / 1000) + place;
      const id = seconds.toString(16).padStart(8, '0') + randomId().slice(0, 10) + place.toString(16).padStart(6, '0');
      const createdOn = new Date(start + place * 1000).toISOString();
      tasks.set(id, { id, name, done: false, createdOn, ...fields(place) });
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
