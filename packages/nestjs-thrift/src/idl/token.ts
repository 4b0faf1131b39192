interface TokenBase {
  /** The token as written; `end of file` at the end. */
  readonly text: string;
  readonly offset: number;
  /** Offset of the text after it. */
  readonly end: number;
  /** The inside of the last doc comment before it, if any. */
  doc?: string | undefined;
}

/** A token of the IDL. */
export type Token = TokenBase &
  (
    | { readonly kind: 'identifier' | 'keyword' | 'symbol' | 'end' }
    | { readonly kind: 'bool'; readonly value: boolean }
    | { readonly kind: 'int'; readonly value: bigint }
    | { readonly kind: 'double'; readonly value: number }
    | { readonly kind: 'literal'; readonly value: string }
  );

/** Whether the character can start a name. */
export function isLetter(character: string | undefined): boolean {
  if (character === undefined) return false;
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || character === '_';
}

/** Whether the character is a decimal digit. */
export function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

/** Whether the character can continue a name. */
export function isNamePart(character: string | undefined): boolean {
  return isLetter(character) || isDigit(character);
}
