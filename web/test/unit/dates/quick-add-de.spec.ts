import { describe, expect, it } from '@jest/globals';
import { parseQuickAdd } from '../../../src/dates/quick-add-de.js';
import type { QuickAddResult } from '../../../src/dates/quick-add.js';

/** A Tuesday. */
const NOW = '2026-12-01T10:00';

/** What is understood, briefly; `?`: offered. */
function summary({ chips }: QuickAddResult): string {
  return chips
    .map(
      ({ kind, value, dueOn, isCertain }) => `${isCertain ? '' : '?'}${[kind, value, dueOn].filter(Boolean).join(' ')}`,
    )
    .join(', ');
}

describe('parseQuickAdd, German', () => {
  it.each([
    // Days
    ['Oma anrufen heute', 'Oma anrufen', 'due 2026-12-01'],
    ['Oma anrufen morgen', 'Oma anrufen', 'due 2026-12-02'],
    ['Morgen Oma anrufen', 'Oma anrufen', 'due 2026-12-02'],
    ['Oma übermorgen anrufen', 'Oma anrufen', 'due 2026-12-03'],
    ['Oma am Freitag anrufen', 'Oma anrufen', 'due 2026-12-04'],
    ['Oma anrufen freitag', 'Oma anrufen', 'due 2026-12-04'],
    ['Steuer bis Freitag', 'Steuer', 'due 2026-12-04'],
    ['Steuer bis zum Freitag', 'Steuer', 'due 2026-12-04'],
    ['Steuer fällig am Freitag', 'Steuer', 'due 2026-12-04'],
    ['Oma anrufen diesen Freitag', 'Oma anrufen', 'due 2026-12-04'],
    ['Oma anrufen nächsten Freitag', 'Oma anrufen', 'due 2026-12-11'],
    ['Oma anrufen Dienstag', 'Oma anrufen', 'due 2026-12-01'],
    ['Oma anrufen am Montag', 'Oma anrufen', 'due 2026-12-07'],
    ['Oma anrufen am Sonnabend', 'Oma anrufen', 'due 2026-12-05'],
    ['Aufräumen am Wochenende', 'Aufräumen', 'due 2026-12-05'],
    ['Aufräumen dieses Wochenende', 'Aufräumen', 'due 2026-12-05'],
    ['Aufräumen nächstes Wochenende', 'Aufräumen', 'due 2026-12-12'],
    ['Aufräumen Wochenende', 'Aufräumen', 'due 2026-12-05'],
    ['Wochenende planen', 'Wochenende planen', '?due 2026-12-05'],
    ['Planen nächste Woche', 'Planen', 'due 2026-12-07'],
    ['Anna treffen nächste Woche Mittwoch', 'Anna treffen', 'due 2026-12-09'],
    ['Anna treffen am Mittwoch nächste Woche', 'Anna treffen', 'due 2026-12-09'],
    ['Haushalt nächsten Monat', 'Haushalt', 'due 2027-01-01'],
    ['Rechnung Ende des Monats', 'Rechnung', 'due 2026-12-31'],
    ['Steuer bis Ende Februar', 'Steuer', 'due 2027-02-28'],
    ['Steuer bis Ende Feb. 2028 machen', 'Steuer machen', 'due 2028-02-29'],
    ['Urlaub Ende Dezember', 'Urlaub', 'due 2026-12-31'],
    ['Rechnung bis Monatsende', 'Rechnung', 'due 2026-12-31'],
    ['Bericht bis Ende der Woche', 'Bericht', 'due 2026-12-04'],
    ['Zurückrufen in 3 Tagen', 'Zurückrufen', 'due 2026-12-04'],
    ['Zurückrufen in zwei Wochen', 'Zurückrufen', 'due 2026-12-15'],
    ['Zurückrufen in 2 Monaten', 'Zurückrufen', 'due 2027-02-01'],
    ['Zurückrufen in einem Monat', 'Zurückrufen', 'due 2027-01-01'],
    // Dates
    ['Zahnarzt 24.12.', 'Zahnarzt', 'due 2026-12-24'],
    ['Zahnarzt am 24.12. um 9 Uhr', 'Zahnarzt', 'due 2026-12-24T09:00'],
    ['Zahnarzt am 3.1. mit Anna', 'Zahnarzt mit Anna', 'due 2027-01-03'],
    ['Zahnarzt 3.1.2027', 'Zahnarzt', 'due 2027-01-03'],
    ['Zahnarzt 03.01.27', 'Zahnarzt', 'due 2027-01-03'],
    ['Zahnarzt 3. Januar', 'Zahnarzt', 'due 2027-01-03'],
    ['Zahnarzt am 3. Januar 2028', 'Zahnarzt', 'due 2028-01-03'],
    ['Zahnarzt 2027-02-28', 'Zahnarzt', 'due 2027-02-28'],
    ['Miete am 15.', 'Miete', 'due 2026-12-15'],
    ['Blumen kaufen 2. Mai', 'Blumen kaufen', 'due 2027-05-02'],
    ['Kapitel 1.2. lesen', 'Kapitel 1.2. lesen', '?due 2027-02-01'],
    ['1.5 kg Mehl', '1.5 kg Mehl', ''],
    ['Zahnarzt 31.2.', 'Zahnarzt 31.2.', ''],
    // Times
    ['Oma anrufen morgen um 9', 'Oma anrufen', 'due 2026-12-02T09:00'],
    ['Oma anrufen morgen 9 Uhr', 'Oma anrufen', 'due 2026-12-02T09:00'],
    ['Oma anrufen morgen um 18:30 Uhr', 'Oma anrufen', 'due 2026-12-02T18:30'],
    ['Oma anrufen Freitag 18:30', 'Oma anrufen', 'due 2026-12-04T18:30'],
    ['Oma anrufen morgen früh', 'Oma anrufen', 'due 2026-12-02T09:00'],
    ['Oma anrufen morgen Abend', 'Oma anrufen', 'due 2026-12-02T19:00'],
    ['Oma anrufen heute Abend', 'Oma anrufen', 'due 2026-12-01T19:00'],
    ['Kino am Freitagabend', 'Kino', 'due 2026-12-04T19:00'],
    ['Kino Freitag Abend', 'Kino', 'due 2026-12-04T19:00'],
    ['Ofen aus in 20 Minuten', 'Ofen aus', 'due 2026-12-01T10:20'],
    ['Oma anrufen um 18 Uhr', 'Oma anrufen um 18 Uhr', '?due 2026-12-01T18:00'],
    ['Oma anrufen um 8', 'Oma anrufen um 8', '?due 2026-12-02T08:00'],
    ['Oma anrufen 18:00', 'Oma anrufen 18:00', '?due 2026-12-01T18:00'],
    // Repeats
    ['Blumen gießen jeden Tag', 'Blumen gießen', 'repeat FREQ=DAILY 2026-12-01'],
    ['Pille täglich um 9', 'Pille', 'repeat FREQ=DAILY 2026-12-02T09:00'],
    ['Pille jeden Morgen', 'Pille', 'repeat FREQ=DAILY 2026-12-02T09:00'],
    ['Pille jeden Abend', 'Pille', 'repeat FREQ=DAILY 2026-12-01T19:00'],
    ['Müll jeden Montag', 'Müll', 'repeat FREQ=WEEKLY;BYDAY=MO 2026-12-07'],
    ['müll jeden montag', 'müll', 'repeat FREQ=WEEKLY;BYDAY=MO 2026-12-07'],
    ['Sport jeden Mo, Mi und Fr', 'Sport', 'repeat FREQ=WEEKLY;BYDAY=MO,WE,FR 2026-12-02'],
    ['Sport jeden Montag und Donnerstag um 19 Uhr', 'Sport', 'repeat FREQ=WEEKLY;BYDAY=MO,TH 2026-12-03T19:00'],
    ['Sport montags', 'Sport', 'repeat FREQ=WEEKLY;BYDAY=MO 2026-12-07'],
    ['Sport montags und donnerstags', 'Sport', 'repeat FREQ=WEEKLY;BYDAY=MO,TH 2026-12-03'],
    ['Sport jeden Samstag', 'Sport', 'repeat FREQ=WEEKLY;BYDAY=SA 2026-12-05'],
    ['Chor jeden Donnerstagabend', 'Chor', 'repeat FREQ=WEEKLY;BYDAY=TH 2026-12-03T19:00'],
    ['Post werktags', 'Post', 'repeat FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR 2026-12-01'],
    ['Post montags bis freitags', 'Post', 'repeat FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR 2026-12-01'],
    ['Müll alle 2 Wochen', 'Müll', 'repeat FREQ=WEEKLY;INTERVAL=2 2026-12-01'],
    ['Müll alle zwei Wochen am Freitag', 'Müll', 'repeat FREQ=WEEKLY;INTERVAL=2;BYDAY=FR 2026-12-04'],
    ['Müll jede zweite Woche', 'Müll', 'repeat FREQ=WEEKLY;INTERVAL=2 2026-12-01'],
    ['Müll jede Woche', 'Müll', 'repeat FREQ=WEEKLY 2026-12-01'],
    ['Joggen jeden zweiten Tag', 'Joggen', 'repeat FREQ=DAILY;INTERVAL=2 2026-12-01'],
    ['Miete jeden Monat', 'Miete', 'repeat FREQ=MONTHLY 2026-12-01'],
    ['Miete monatlich', 'Miete', 'repeat FREQ=MONTHLY 2026-12-01'],
    ['Miete jeden 15.', 'Miete', 'repeat FREQ=MONTHLY;BYMONTHDAY=15 2026-12-15'],
    ['Miete jeden Monat am 3.', 'Miete', 'repeat FREQ=MONTHLY;BYMONTHDAY=3 2026-12-03'],
    ['Bericht jeden letzten Freitag', 'Bericht', 'repeat FREQ=MONTHLY;BYDAY=-1FR 2026-12-25'],
    ['Bericht jeden ersten Montag im Monat', 'Bericht', 'repeat FREQ=MONTHLY;BYDAY=1MO 2026-12-07'],
    ['Bericht jeden letzten Tag im Monat', 'Bericht', 'repeat FREQ=MONTHLY;BYMONTHDAY=-1 2026-12-31'],
    ['Stammtisch jeden 2. Freitag im Monat', 'Stammtisch', 'repeat FREQ=MONTHLY;BYDAY=2FR 2026-12-11'],
    [
      'Stammtisch jeden zweiten Freitag',
      'Stammtisch jeden zweiten Freitag',
      '?repeat FREQ=WEEKLY;INTERVAL=2;BYDAY=FR 2026-12-04',
    ],
    ['Steuer vierteljährlich', 'Steuer', 'repeat FREQ=MONTHLY;INTERVAL=3 2026-12-01'],
    ['Kuchen jedes Jahr am 5. Januar', 'Kuchen', 'repeat FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=5 2027-01-05'],
    ['Kuchen jährlich', 'Kuchen', 'repeat FREQ=YEARLY 2026-12-01'],
    ['Pille jeden Tag bis 24.12.', 'Pille', 'repeat FREQ=DAILY;UNTIL=20261224 2026-12-01'],
    ['Pille alle 3 Tage ab Freitag', 'Pille', 'repeat FREQ=DAILY;INTERVAL=3 2026-12-01, due 2026-12-04'],
    // Star
    ['Oma anrufen !', 'Oma anrufen', 'star'],
    ['Oma anrufen!', 'Oma anrufen!', ''],
    // Doubtful, or nothing
    ['Guten Morgen sagen', 'Guten Morgen sagen', '?due 2026-12-02'],
    ['Kaffee für Morgen kaufen', 'Kaffee für Morgen kaufen', '?due 2026-12-02'],
    ['Die Freitag-Runde vorbereiten', 'Die Freitag-Runde vorbereiten', '?due 2026-12-04'],
    ['Bericht vom Freitag', 'Bericht vom Freitag', '?due 2026-12-04'],
    ['So machen wir es', 'So machen wir es', ''],
    ['Do it', 'Do it', ''],
    ['Tägliche Übung', 'Tägliche Übung', ''],
    ['Sonntagsbraten kaufen', 'Sonntagsbraten kaufen', ''],
    ['Lesen für 20 Minuten', 'Lesen für 20 Minuten', ''],
    ['2-3 Eier kaufen', '2-3 Eier kaufen', ''],
    ['3 Eier kaufen', '3 Eier kaufen', ''],
    ['Zimmer 1015 anrufen', 'Zimmer 1015 anrufen', ''],
    ['Mach es jetzt', 'Mach es jetzt', ''],
    ['Über gestern schreiben', 'Über gestern schreiben', ''],
    ['morgen', 'morgen', '?due 2026-12-02'],
    ['Milch kaufen', 'Milch kaufen', ''],
  ])('%s', (text, name, understood) => {
    const result = parseQuickAdd(text, { now: NOW, lists: [] });
    expect([result.name, summary(result)]).toEqual([name, understood]);
  });
});
