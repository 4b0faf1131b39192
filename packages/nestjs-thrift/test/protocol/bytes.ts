/** Bytes from annotated hex: what stands after `//` on a line is a comment. */
export function hex(text: TemplateStringsArray): Buffer {
  const digits = (text.raw[0] ?? '').replace(/\/\/.*$/gm, '').replace(/\s/g, '');
  const bytes = Buffer.from(digits, 'hex');
  if (bytes.length * 2 !== digits.length) throw new Error(`not hexadecimal: ${digits}`);
  return bytes;
}

/** The JSON text as bytes, each `\u0001` as it stands. */
export function json(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}
