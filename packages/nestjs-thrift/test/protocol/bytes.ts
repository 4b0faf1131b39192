/** Parses annotated hex: the rest of a line after `//` is a comment. */
export function hex(text: TemplateStringsArray): Buffer {
  const digits = (text.raw[0] ?? '').replace(/\/\/.*$/gm, '').replace(/\s/g, '');
  const bytes = Buffer.from(digits, 'hex');
  if (bytes.length * 2 !== digits.length) throw new Error(`not hexadecimal: ${digits}`);
  return bytes;
}

/** Encodes a JSON text as bytes, each `\u0001` unchanged. */
export function json(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}
