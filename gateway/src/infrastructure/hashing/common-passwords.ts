let loaded: Promise<ReadonlySet<string>> | undefined;

/** Well-known example passphrases that are not in the dictionary. */
const FAMOUS = ['correct horse battery staple', 'correcthorsebatterystaple', 'correct-horse-battery-staple'];

/** Some 50,000 common passwords, in lower case; loaded on first use, which takes some 100 ms. */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set([...dictionary['passwords-common'], ...FAMOUS]);
}
