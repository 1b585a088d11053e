import type { Hold, Offer, Quote, Refusal, SlotKind, TimeWindow } from "../api/contract";

/** A place in the list: what is offered there, what is refused there, or both when several stores answer. */
export interface Place {
  key: string;
  kind: SlotKind;
  window: TimeWindow | null;
  store: string | null;
  offer: Offer | null;
  refusal: Refusal | null;
}

export interface Day {
  /** In the region, such as `2026-11-25`. */
  date: string;
  places: Place[];
}

export interface Arranged {
  express: Place[];
  days: Day[];
  pickup: Place[];
  /** Why nothing at all can be had, where a refusal concerns no particular slot. */
  general: Refusal[];
}

/** What tells slots apart: express windows move with the clock, so their start does not count. */
export function slotKey(slot: { kind: SlotKind; store: string | null; window: TimeWindow | null }): string {
  if (slot.kind === "express") return "express";
  if (slot.kind === "pickup") return `pickup ${slot.store ?? ""} ${slot.window?.start ?? ""}`;
  return `scheduled ${slot.window?.start ?? ""}`;
}

/**
 * Puts offers and refusals in the order in which a shop shows them.
 *
 * Several stores may offer, or refuse, the same hour: the customer sees it once, at its lowest fee. The held slot is
 * always among them: its own place in the plan may be why it is not offered again.
 */
export function arrange(quote: Quote, held: Hold | null): Arranged {
  const places = new Map<string, Place>();
  for (const offer of quote.offers) {
    const key = slotKey(offer);
    const known = places.get(key)?.offer;
    if (!known || offer.fee.amount < known.fee.amount) places.set(key, { ...offer, key, offer, refusal: null });
  }
  const general: Refusal[] = [];
  for (const refusal of quote.refusals) {
    const key = slotKey(refusal);
    if (refusal.kind !== "express" && !refusal.window) addOnce(general, refusal);
    else if (!places.has(key)) places.set(key, { key, kind: refusal.kind, window: refusal.window, store: refusal.store, offer: null, refusal });
  }
  if (held && !places.get(slotKey(held))?.offer) {
    const key = slotKey(held);
    places.set(key, { key, kind: held.kind, window: held.window, store: held.store, offer: null, refusal: null });
  }
  const all = [...places.values()].sort((a, b) => start(a) - start(b));
  return { express: all.filter((place) => place.kind === "express"), days: days(all), pickup: pickup(all), general };
}

function start(place: Place): number {
  return place.window ? Date.parse(place.window.start) : 0;
}

function days(places: Place[]): Day[] {
  const days = new Map<string, Place[]>();
  for (const place of places) {
    if (place.kind !== "scheduled" || !place.window) continue;
    const date = place.window.start.slice(0, 10);
    days.set(date, [...(days.get(date) ?? []), place]);
  }
  return [...days].map(([date, places]) => ({ date, places }));
}

/** A store's earliest pickup that can be had; where none can, the reason once. */
function pickup(places: Place[]): Place[] {
  const stores = new Map<string, Place>();
  for (const place of places.filter((one) => one.kind === "pickup")) {
    const known = stores.get(place.store ?? "");
    if (!known || (known.refusal && !place.refusal)) stores.set(place.store ?? "", place);
  }
  return [...stores.values()];
}

function addOnce(refusals: Refusal[], refusal: Refusal): void {
  if (!refusals.some((known) => known.reason === refusal.reason && known.kind === refusal.kind)) refusals.push(refusal);
}
