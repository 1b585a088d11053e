import type { FailureKind } from "./service";
import type { Notice } from "./slot-session";
import { english } from "./words-en";
import { russian } from "./words-ru";

/** How words change with a number, in the categories of `Intl.PluralRules`. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** Everything that the widget says, in one language. */
export interface Words {
  /** What `Intl` writes times and amounts by where the page names no country. */
  locale: string;
  title: string;
  waiting: string;
  asking: string;
  today: string;
  tomorrow: string;
  free: string;
  express: string;
  days: string;
  pickup: string;
  full: string;
  none: string;
  /** Of slots in a tab. */
  slots: Forms;
  seconds: Forms;
  minutes: Forms;
  by: (time: string) => string;
  expected: (interval: string) => string;
  /** What the interval means. */
  level: string;
  ready: (interval: string) => string;
  /** By what share of such promises is kept, best first: from which probability on, and how it is called. */
  chances: [number, string][];
  refused: string;
  /** Why not, by the code in the reply. */
  causes: Record<string, string>;
  missing: (amount: string) => string;
  possibleBy: (time: string) => string;
  possibleFrom: (store: string) => string;
  possibleInTwo: string;
  openFrom: (moment: string) => string;
  found: (slots: string) => string;
  held: string;
  heldSlot: (slot: string, left: string) => string;
  taking: string;
  left: string;
  leftSpoken: (span: string) => string;
  giveBack: string;
  notices: Record<Exclude<Notice, null>, string>;
  failures: Record<FailureKind, string>;
  retryIn: (seconds: string) => string;
  retry: string;
}

const LANGUAGES: Record<string, Words> = { en: english, ru: russian };

/** The first of these language tags that is spoken here, and its locale for numbers and times. */
export function wordsFor(tags: readonly string[]): { words: Words; locale: string } {
  for (const tag of tags) {
    const [language = "", country] = tag.toLowerCase().split(/[-_]/);
    const words = LANGUAGES[language];
    if (words) return { words, locale: country && isLocale(tag) ? tag : words.locale };
  }
  return { words: english, locale: english.locale };
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
