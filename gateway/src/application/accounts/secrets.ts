/** Creates and hashes secrets and random ids. */
export abstract class Secrets {
  /** A random id: 128 bit, 32 hexadecimal digits. */
  abstract newId(): string;

  /** A secret for a session, a device or a key: 256 bit, base64url. */
  abstract newToken(): string;

  /** An access token: `tasks_`, 256 bit in base62, a checksum. */
  abstract newAccessToken(): string;

  /** Whether the text has the form and checksum of an access token. */
  abstract isAccessToken(text: string): boolean;

  /** A recovery code: 160 bit in groups that people can copy. */
  abstract newRecoveryCode(): string;

  /** SHA-256 of a random secret, in hexadecimal. */
  abstract digest(secret: string): string;

  /** The digest of a recovery code, independent of its grouping and case. */
  abstract recoveryDigest(code: string): string;

  /** HMAC of a guessable text, such as a name. */
  abstract keyedDigest(key: string, text: string): string;
}
