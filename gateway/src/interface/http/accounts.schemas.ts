import { z } from 'zod';
import { SCOPES } from '../../domain/access-token.js';
import { MAX_LISTS } from '../../domain/list.js';
import { ListId } from './tasks.schemas.js';
import { ExpiresAt, RandomId } from './text.schemas.js';
import { canonicalTimeZone } from './wall-clock.js';

/** Higher than any limit of the domain, which reports the broken rule; only bounds the work of validation. */
const TEXT_MAX = 4_096;
const ID_LENGTH = 32;

const text = z.string().max(TEXT_MAX);

const AccountId = z
  .string()
  .length(ID_LENGTH)
  .meta({ id: 'AccountId', description: '32 hexadecimal digits, random, never used again.' });

const Username = text.meta({
  minLength: 3,
  maxLength: 64,
  description: 'Letters, digits and `._-@+`; compared without case.',
});
const NewPassword = text.meta({
  minLength: 8,
  maxLength: 1_024,
  description: 'At least 15 characters by default, nothing that is easily guessed.',
});
const Password = text.meta({ maxLength: 1_024 });
const When = z.iso.datetime();

export const SignUpBody = z.strictObject({ username: Username, password: NewPassword }).meta({ id: 'SignUp' });
export type SignUpBody = z.infer<typeof SignUpBody>;

export const LogInBody = z.strictObject({ username: text, password: Password }).meta({ id: 'LogIn' });
export type LogInBody = z.infer<typeof LogInBody>;

export const PasswordBody = z.strictObject({ password: Password }).meta({ id: 'Password' });
export type PasswordBody = z.infer<typeof PasswordBody>;

export const RecoveryBody = z
  .strictObject({ username: text, recoveryCode: text, newPassword: NewPassword })
  .meta({ id: 'Recovery' });
export type RecoveryBody = z.infer<typeof RecoveryBody>;

export const ChangePasswordBody = z
  .strictObject({
    currentPassword: Password,
    newPassword: NewPassword,
    endTokens: z.boolean().default(false).describe('Whether tokens end as well; other sessions always do.'),
  })
  .meta({ id: 'ChangePassword' });
export type ChangePasswordBody = z.infer<typeof ChangePasswordBody>;

export const AccountPatch = z
  .strictObject({
    timeZone: text.refine((name) => canonicalTimeZone(name) !== undefined, {
      error: 'must be the name of a time zone, such as Europe/Berlin',
      params: { code: 'time-zone' },
    }),
  })
  .meta({ id: 'AccountPatch' });
export type AccountPatch = z.infer<typeof AccountPatch>;

const TimeZone = z.string().nullable().describe('Time zone for dates; null: unknown.');

const Scopes = z.array(z.enum(SCOPES as ['tasks:read', 'tasks:write'])).max(SCOPES.length);

const Lists = z.union([z.literal('all'), z.array(ListId).min(1).max(MAX_LISTS)]);

export const NewTokenBody = z
  .strictObject({
    name: text.meta({ minLength: 1, maxLength: 100, description: 'Its purpose.' }),
    scopes: Scopes.meta({ minItems: 1 }),
    lists: Lists.optional().describe(
      'The lists that it reaches: these, or all, also future ones. Default: the first list.',
    ),
    expiresAt: ExpiresAt,
  })
  .meta({ id: 'NewToken' });
export type NewTokenBody = z.infer<typeof NewTokenBody>;

export const IdParams = z.strictObject({ id: RandomId });

const AccountBody = z.object({ id: AccountId, username: z.string(), createdOn: When }).meta({ id: 'Account' });

const RecoveryCode = z.string().describe('Shown once. The only way to log in without the password: keep it.');

export const AccountRulesBody = z
  .object({
    signUp: z.enum(['open', 'closed']),
    passwordMinLength: z.int().min(8).describe('Minimum length of a new password, in characters.'),
  })
  .meta({ id: 'AccountRules' });

export const SignedUpBody = z.object({ account: AccountBody, recoveryCode: RecoveryCode }).meta({ id: 'SignedUp' });

export const LoggedInBody = z.object({ account: AccountBody }).meta({ id: 'LoggedIn' });

export const WhoAmIBody = z
  .object({
    account: z.object({ id: AccountId, username: z.string(), timeZone: TimeZone }),
    session: z.object({
      id: z.string(),
      confirmedOn: When.describe('When the password was last verified.'),
      expiresAt: When,
    }),
  })
  .meta({ id: 'WhoAmI' });

export const RecoveryCodeBody = z.object({ recoveryCode: RecoveryCode }).meta({ id: 'RecoveryCode' });

const SessionBody = z
  .object({
    id: z.string(),
    device: z.string().describe('The User-Agent of the browser; may be empty.'),
    createdOn: When,
    lastSeenOn: When.describe('Exact to five minutes.'),
    expiresAt: When,
    current: z.boolean().describe('Whether it is the session of this request.'),
  })
  .meta({ id: 'Session' });

export const SessionsBody = z.object({ items: z.array(SessionBody) }).meta({ id: 'Sessions' });

const TokenBody = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: Scopes,
    lists: Lists.describe('The lists that it reaches.'),
    createdOn: When,
    expiresAt: When,
    lastFour: z.string().describe('The last characters of the token.'),
    lastUsedOn: When.nullable().describe('Exact to five minutes.'),
  })
  .meta({ id: 'Token' });

export const TokensBody = z.object({ items: z.array(TokenBody) }).meta({ id: 'Tokens' });

export const CreatedTokenBody = TokenBody.extend({ token: z.string().describe('Shown once.') }).meta({
  id: 'CreatedToken',
});
