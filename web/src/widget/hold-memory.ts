// What a reload of the shop's page must not lose: the checkout session and its hold, per region and browser tab.

export interface Memory {
  session: string;
  hold: string | null;
  /** What the hold was taken for, to notice that basket or door have changed since. */
  wish: string;
}

const nameOf = (region: string) => `punctual-slots ${region}`;

export function recall(region: string): Memory {
  try {
    const known = JSON.parse(sessionStorage.getItem(nameOf(region)) ?? "null") as Memory | null;
    if (known && typeof known.session === "string") return known;
  } catch {
    // Storage is blocked, or somebody else wrote there.
  }
  return afresh();
}

/** A session that has held nothing yet. */
export function afresh(): Memory {
  return { session: randomId(), hold: null, wish: "" };
}

export function remember(region: string, memory: Memory): void {
  try {
    sessionStorage.setItem(nameOf(region), JSON.stringify(memory));
  } catch {
    // Then a reload begins a new session; the old hold runs out by itself.
  }
}

/** 128 random bits. Unlike `randomUUID`, it also works on pages without TLS. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
