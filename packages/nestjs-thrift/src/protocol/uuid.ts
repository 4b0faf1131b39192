const PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text is a UUID in its usual form (RFC 9562, section 4). */
export function isUuid(text: string): boolean {
  return PATTERN.test(text);
}

/** Formats the 16 bytes at `at` in the usual form, lower case. */
export function formatUuid(bytes: Buffer, at: number): string {
  const hex = bytes.toString('hex', at, at + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Writes a UUID that `isUuid` accepts as 16 bytes from `at`. */
export function writeUuid(uuid: string, bytes: Buffer, at: number): void {
  bytes.write(uuid.replaceAll('-', ''), at, 16, 'hex');
}
