/** Web addresses up to the punctuation that ends a sentence; no other schemes. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"]+[^\s<>"'.,;:!?)\]}]/giu;

/** The name as text and links: `text` is what the name says. */
interface Part {
  readonly text: string;
  readonly address?: string;
}

/** Splits a name at its web addresses. */
export function partsOf(name: string): readonly Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const { 0: text, index } of name.matchAll(ADDRESS)) {
    if (!URL.canParse(text)) continue;
    if (index > end) parts.push({ text: name.slice(end, index) });
    parts.push({ text, address: text });
    end = index + text.length;
  }
  if (end < name.length) parts.push({ text: name.slice(end) });
  return parts;
}

/** Returns the name of a task, whose web addresses are links. */
export function linkedName(name: string) {
  return partsOf(name).map(({ text, address }, place) =>
    address === undefined ? (
      text
    ) : (
      <a key={place} href={address} target="_blank" rel="noopener noreferrer nofollow">
        {text}
      </a>
    ),
  );
}
