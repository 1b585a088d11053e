// The keys of the WAI-ARIA patterns "tabs" and "radio group".

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Where a key leads from one of some things in a row; undefined where it leads nowhere. */
export function stepIn<Thing>(event: KeyboardEvent, things: readonly Thing[], at: number): Thing | undefined {
  const step = STEPS[event.key];
  if (!step || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  return things[(at + step + things.length) % things.length];
}

/** Opens the tab that a key leads to: arrows go around, Home and End to the ends. */
export function stepTo<Tab>(event: KeyboardEvent, tabs: readonly Tab[], current: Tab, open: (tab: Tab) => void, focus: () => void): void {
  const isVertical = event.key === "ArrowUp" || event.key === "ArrowDown";
  const end = event.key === "Home" ? tabs[0] : event.key === "End" ? tabs.at(-1) : undefined;
  const next = end ?? (isVertical ? undefined : stepIn(event, tabs, tabs.indexOf(current)));
  if (!next) return;
  event.preventDefault();
  open(next);
  focus();
}
