let loaded: Promise<ReadonlySet<string>> | undefined;

/** Passphrases that became famous as examples of good ones, which the dictionary lacks. */
const FAMOUS = ['correct horse battery staple', 'correcthorsebatterystaple', 'correct-horse-battery-staple'];

/** Some 50,000 passwords that many people use, in lower case; loaded when first asked for, which takes some 100 ms. */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set([...dictionary['passwords-common'], ...FAMOUS]);
}
