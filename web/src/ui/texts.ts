const en = {
  waitUntil: (time: string) => `You can try again at ${time}.`,
  waiting: (button: string, seconds: number) =>
    `${button} (${seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`})`,
  showPassword: 'Show password',
  hidePassword: 'Hide password',
  required: 'Please fill in this field.',
  copy: 'Copy',
  copied: 'Copied',
  /** Words for problems and rules that only forms meet. */
  problems: {
    'username-taken': 'This user name is taken.',
    'sign-up-closed': 'This server doesn’t accept new accounts.',
    'wrong-credentials': 'That doesn’t match any account. Check what you typed.',
    'wrong-password': 'The password is wrong.',
  } as Record<string, string>,
  rules: {
    'too-short': (limit) => (limit === undefined ? 'It is too short.' : `Use at least ${limit} characters.`),
    characters: () => 'Use only letters, digits and . _ - @ +',
    'in-the-past': () => 'It has to be in the future.',
    'too-late': () => 'It is too far in the future.',
    'common-password': () => 'Many people use this password, so it is easily guessed.',
    repeated: () => 'The password repeats itself, so it is easily guessed.',
    sequence: () => 'The password is a sequence like 12345, so it is easily guessed.',
    doubled: () => 'The password is one word twice, so it is easily guessed.',
    'contains-username': () => 'The password is little more than your user name.',
    'contains-service-name': () => 'The password is little more than the name of this service.',
  } as Record<string, (limit?: number) => string>,
};

const de: typeof en = {
  waitUntil: (time) => `Du kannst es um ${time} noch einmal versuchen.`,
  waiting: (button, seconds) => `${button} (${seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`})`,
  showPassword: 'Passwort zeigen',
  hidePassword: 'Passwort verbergen',
  required: 'Bitte fülle dieses Feld aus.',
  copy: 'Kopieren',
  copied: 'Kopiert',
  problems: {
    'username-taken': 'Dieser Benutzername ist vergeben.',
    'sign-up-closed': 'Dieser Server nimmt keine neuen Konten an.',
    'wrong-credentials': 'Dazu passt kein Konto. Prüfe deine Eingabe.',
    'wrong-password': 'Das Passwort ist falsch.',
  },
  rules: {
    'too-short': (limit) => (limit === undefined ? 'Das ist zu kurz.' : `Verwende mindestens ${limit} Zeichen.`),
    characters: () => 'Verwende nur Buchstaben, Ziffern und . _ - @ +',
    'in-the-past': () => 'Das muss in der Zukunft liegen.',
    'too-late': () => 'Das liegt zu weit in der Zukunft.',
    'common-password': () => 'Viele verwenden dieses Passwort, es ist leicht zu erraten.',
    repeated: () => 'Das Passwort wiederholt sich und ist leicht zu erraten.',
    sequence: () => 'Das Passwort ist eine Folge wie 12345 und leicht zu erraten.',
    doubled: () => 'Das Passwort ist zweimal dasselbe Wort und leicht zu erraten.',
    'contains-username': () => 'Das Passwort ist kaum mehr als dein Benutzername.',
    'contains-service-name': () => 'Das Passwort ist kaum mehr als der Name dieses Dienstes.',
  },
};

/** The texts of forms and their fields. */
export const formTexts = { en, de };
