// How times, money, weights and states are written on both pages. Times stay in the region's offset: the wall clock is
// read off the timestamp itself, never converted to the time zone of whoever looks.

import type { CourierState, Money, OrderState, TimeWindow, Timestamp } from "./api/contract";

const LOCALE = "en-GB";

/** "17:05" */
export function clockTime(at: Timestamp): string {
  return at.slice(11, 16);
}

/** "17:00–18:00" */
export function windowText(window: TimeWindow): string {
  return `${clockTime(window.start)}–${clockTime(window.end)}`;
}

/** "Today", "Tomorrow" or "Wed 25 Nov", as seen from `now`. */
export function dayText(at: Timestamp, now: Timestamp): string {
  const days = (Date.parse(at.slice(0, 10)) - Date.parse(now.slice(0, 10))) / 86_400_000;
  if (days === 0) return "Today";
  if (days === 1) return "Tomorrow";
  return dateText(at);
}

/** "Wed 25 Nov" */
export function dateText(at: Timestamp): string {
  const noon = new Date(`${at.slice(0, 10)}T12:00:00Z`);
  return noon.toLocaleDateString(LOCALE, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }).replace(",", "");
}

/** "₽149", "Free" */
export function moneyText(money: Money): string {
  if (money.amount === 0) return "Free";
  const format = new Intl.NumberFormat(LOCALE, { style: "currency", currency: money.currency, currencyDisplay: "narrowSymbol" });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(money.amount / 10 ** digits).replace(/[.,]0+$/, "");
}

/** "5.4 kg" */
export function massText(grams: number): string {
  return `${trimmed(grams / 1000)} kg`;
}

/** "16 l" */
export function volumeText(milliliters: number): string {
  return `${trimmed(milliliters / 1000)} l`;
}

function trimmed(value: number): string {
  return value.toLocaleString(LOCALE, { maximumFractionDigits: value < 10 ? 1 : 0 });
}

/** "40 s", "12 min", "1 h 05 min" */
export function spanText(seconds: number): string {
  const whole = Math.round(Math.abs(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** "2:05" of minutes and seconds */
export function countdownText(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** "98.4%", "–" */
export function shareText(share: number | null | undefined): string {
  if (share === null || share === undefined) return "–";
  const percent = share * 100;
  return `${percent >= 99.95 || percent === 0 ? percent.toFixed(0) : percent.toFixed(1)}%`;
}

/** "nearly always in time" of a probability, "" of none */
export function chanceText(probability: number | null): string {
  if (probability === null) return "";
  if (probability >= 0.99) return "practically never late";
  if (probability >= 0.97) return "nearly always in time";
  if (probability >= 0.9) return "9 times out of 10 in time";
  return "may be late";
}

/** "3 stops", "1 stop" */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export const ORDER_STATES: Record<OrderState, string> = {
  held: "Held",
  booked: "Booked",
  picking: "Picking",
  ready: "Ready",
  loaded: "Loaded",
  on_the_way: "On the way",
  arrived: "At the door",
  delivered: "Delivered",
  failed: "Failed",
  collected: "Collected",
  cancelled: "Cancelled",
};

export const COURIER_STATES: Record<CourierState, string> = {
  off: "Off duty",
  available: "Available",
  loading: "Loading",
  on_trip: "On trip",
  returning: "Returning",
};

/** Says why a slot is refused, in the customer's words. */
export function reasonText(reason: string, detail: string): string {
  const words: Record<string, string> = {
    outside_area: "We do not deliver to this address",
    no_courier_in_time: "Fully booked",
    picking_full: "Our pickers are fully booked",
    too_risky: "Too busy to promise",
    too_heavy: "Basket too heavy",
    too_large: "Basket too large",
    cut_off_passed: "Too late to order",
    store_closed: "Store closed",
    blackout: "Closed on this day",
    minimum_basket: "Basket below the minimum",
    out_of_stock: "Not all goods in stock",
    slot_full: "Fully booked",
    channel_full: "Fully booked here",
    reserved: "Kept for loyal customers for now",
    unreachable: "No road to this address",
  };
  return words[reason] ?? detail;
}
