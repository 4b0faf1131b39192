import type { LanguageCode } from '../i18n/language.js';

const WORDS: Record<LanguageCode, { every: string; other: string; units: Readonly<Record<string, [string, string]>> }> =
  {
    en: {
      every: 'every',
      other: 'repeats',
      units: {
        DAILY: ['daily', 'days'],
        WEEKLY: ['weekly', 'weeks'],
        MONTHLY: ['monthly', 'months'],
        YEARLY: ['yearly', 'years'],
      },
    },
    de: {
      every: 'alle',
      other: 'wiederholt',
      units: {
        DAILY: ['täglich', 'Tage'],
        WEEKLY: ['wöchentlich', 'Wochen'],
        MONTHLY: ['monatlich', 'Monate'],
        YEARLY: ['jährlich', 'Jahre'],
      },
    },
  };

/** Returns how often a rule repeats, for a row: "weekly", "every 2 weeks". `repeatWords` says on which days. */
export function repeatInShort(rule: string, language: LanguageCode): string {
  const { every, other, units } = WORDS[language];
  const unit = units[/FREQ=(\w+)/.exec(rule)?.[1] ?? ''];
  const interval = /INTERVAL=(\d+)/.exec(rule)?.[1] ?? '1';
  if (unit === undefined) return other;
  return interval === '1' ? unit[0] : `${every} ${interval} ${unit[1]}`;
}
