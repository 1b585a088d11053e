import type { Money, Refusal, SlotKind, TimeWindow, Timestamp } from "../api/contract";
import type { Forms, Words } from "./words";

/** Seconds below which a span is spoken in seconds. */
const MINUTE = 60;

/** Writes times, amounts and numbers in one language and the region's time zone. */
export class Notation {
  #time: Intl.DateTimeFormat;
  #date: Intl.DateTimeFormat;
  #plural: Intl.PluralRules;

  constructor(
    readonly words: Words,
    readonly locale: string,
    timeZone: string,
  ) {
    this.#time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone });
    this.#date = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
    this.#plural = new Intl.PluralRules(locale);
  }

  time(at: Timestamp): string {
    return this.#time.format(new Date(at));
  }

  interval(window: TimeWindow): string {
    return this.#time.formatRange(new Date(window.start), new Date(window.end));
  }

  /** "Today", "Tomorrow" or the date, as seen from `now`; both in the region's own time. */
  day(date: string, now: Timestamp): string {
    const days = (Date.parse(date.slice(0, 10)) - Date.parse(now.slice(0, 10))) / 86_400_000;
    if (days === 0) return this.words.today;
    if (days === 1) return this.words.tomorrow;
    return this.#date.format(new Date(`${date.slice(0, 10)}T12:00:00Z`));
  }

  /** A slot in one line. */
  slot(slot: { kind: SlotKind; window: TimeWindow }, now: Timestamp, store: string | null): string {
    const { words } = this;
    if (slot.kind === "express") return `${words.express}, ${words.by(this.time(slot.window.end))}`;
    const when = `${this.day(slot.window.start, now)}, ${this.interval(slot.window)}`;
    return slot.kind === "pickup" && store ? `${store}, ${when}` : when;
  }

  money(money: Money): string {
    if (money.amount === 0) return this.words.free;
    const format = new Intl.NumberFormat(this.locale, { style: "currency", currency: money.currency, currencyDisplay: "narrowSymbol" });
    const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
    const amount = money.amount / 10 ** digits;
    if (!Number.isInteger(amount)) return format.format(amount);
    return new Intl.NumberFormat(this.locale, { ...format.resolvedOptions(), minimumFractionDigits: 0, maximumFractionDigits: 0 }).format(amount);
  }

  /** "3 slots" in the right form. */
  count(count: number, forms: Forms): string {
    return (forms[this.#plural.select(count)] ?? forms.other).replace("{}", count.toLocaleString(this.locale));
  }

  /** "9 minutes", "40 seconds", to be read aloud. */
  span(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds));
    return whole < MINUTE ? this.count(whole, this.words.seconds) : this.count(Math.round(whole / MINUTE), this.words.minutes);
  }

  /** "9:05" */
  countdown(seconds: number): string {
    const whole = Math.max(0, Math.ceil(seconds));
    return `${Math.floor(whole / MINUTE)}:${String(whole % MINUTE).padStart(2, "0")}`;
  }

  chance(probability: number): string {
    return this.words.chances.find(([least]) => least <= probability)?.[1] ?? "";
  }

  /** Why not: by its code, else in the service's own words. */
  cause(reason: string, detail: string): string {
    return this.words.causes[reason] ?? sentence(detail);
  }

  /** What would make it possible, if the reply says so. */
  remedy({ remedy, missing_value, open_to_all_at }: Refusal, now: Timestamp): string | null {
    if (missing_value) return this.words.missing(this.money(missing_value));
    if (open_to_all_at) return this.words.openFrom(`${this.day(open_to_all_at, now)}, ${this.time(open_to_all_at)}`);
    if (remedy?.kind === "later") return this.words.possibleBy(this.time(remedy.until));
    if (remedy?.kind === "store") return this.words.possibleFrom(remedy.store_name);
    if (remedy?.kind === "split") return this.words.possibleInTwo;
    return null;
  }
}

/** A sentence begins with a capital letter. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
