/** Headers by name. A line without a colon, or an empty name, is undefined. */
export function parseHeaders(text: string): Readonly<Record<string, string>> | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const entries = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, Math.max(colon, 0)).trim(), line.slice(colon + 1).trim()] as const;
  });
  return entries.some(([name]) => name === '') ? undefined : Object.fromEntries(entries);
}
