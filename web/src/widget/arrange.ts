import type { Offer, Quote, Refusal } from "../api/contract";

export interface Slot {
  start: string;
  offer: Offer | null;
  refusal: Refusal | null;
}

export interface Day {
  date: string;
  slots: Slot[];
}

export interface Arranged {
  express: Offer | null;
  days: Day[];
  pickup: Offer[];
  /** Those that no offer makes up for. */
  refusals: Refusal[];
}

/**
 * Puts offers and refusals in the order in which a shop shows them.
 *
 * Several stores may offer, or refuse, the same hour: the customer sees it once, at its lowest fee.
 */
export function arrangeOffers(quote: Quote): Arranged {
  const scheduled = new Map<string, Slot>();
  for (const offer of quote.offers) {
    if (offer.kind !== "scheduled") continue;
    const known = scheduled.get(offer.window.start)?.offer;
    if (!known || offer.fee.amount < known.fee.amount) scheduled.set(offer.window.start, { start: offer.window.start, offer, refusal: null });
  }
  for (const refusal of quote.refusals) {
    const start = refusal.window?.start;
    if (refusal.kind === "scheduled" && start && !scheduled.has(start)) scheduled.set(start, { start, offer: null, refusal });
  }
  const days = new Map<string, Slot[]>();
  for (const slot of [...scheduled.values()].sort((a, b) => Date.parse(a.start) - Date.parse(b.start))) {
    const date = slot.start.slice(0, 10);
    days.set(date, [...(days.get(date) ?? []), slot]);
  }
  const pickup = earliestByStore(quote.offers.filter((offer) => offer.kind === "pickup"));
  return {
    express: cheapest(quote.offers.filter((offer) => offer.kind === "express")),
    days: [...days].map(([date, slots]) => ({ date, slots })),
    pickup,
    refusals: onePerStore(quote.refusals.filter((refusal) => !pickup.some((offer) => refusal.kind === "pickup" && refusal.store === offer.store))),
  };
}

function cheapest(offers: Offer[]): Offer | null {
  return offers.reduce<Offer | null>((best, offer) => (best && best.fee.amount <= offer.fee.amount ? best : offer), null);
}

function earliestByStore(offers: Offer[]): Offer[] {
  const stores = new Map<string, Offer>();
  for (const offer of offers) {
    const known = stores.get(offer.store);
    if (!known || Date.parse(offer.window.start) < Date.parse(known.window.start)) stores.set(offer.store, offer);
  }
  return [...stores.values()];
}

function onePerStore(refusals: Refusal[]): Refusal[] {
  const seen = new Set<string>();
  return refusals.filter((refusal) => {
    const key = refusal.kind === "scheduled" ? `${refusal.window?.start} ${refusal.reason}` : `${refusal.kind} ${refusal.store}`;
    return !seen.has(key) && seen.add(key);
  });
}
