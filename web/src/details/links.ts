const LINK = /\bhttps?:\/\/[^\s<>"'`]+|\bwww\.[^\s<>"'`]+\.[^\s<>"'`]+/gi;

/** A part of a text; `href`: a link. */
interface TextPart {
  readonly text: string;
  readonly href?: string;
}

/** Returns a text in parts, its links apart. */
export function withLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const link = withoutPunctuation(found);
    if (index > end) parts.push({ text: text.slice(end, index) });
    parts.push({ text: link, href: /^www\./i.test(link) ? `https://${link}` : link });
    end = index + link.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** Without what ends the sentence around it; a closing bracket belongs to the link if its opening one does. */
function withoutPunctuation(link: string): string {
  const trimmed = link.replace(/[.,;:!?…]+$/, '');
  return trimmed.endsWith(')') && !trimmed.includes('(') ? withoutPunctuation(trimmed.slice(0, -1)) : trimmed;
}
