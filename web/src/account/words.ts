import { wordlist } from '@scure/bip39/wordlists/english.js';

/** 2,048 short English words that differ in their first four letters (BIP 39): 11 bits each. */
export const words: readonly string[] = wordlist;
