// The colors of routes and risks, used by the map, the lists and the legend alike.

/** Twelve route colors that stay apart on the light map; the service says which courier has which. */
export const ROUTE_COLORS = [
  "#1769d2",
  "#c2410c",
  "#15803d",
  "#9333ea",
  "#be185d",
  "#0e7490",
  "#a16207",
  "#4338ca",
  "#7c4a32",
  "#4d7c0f",
  "#0369a1",
  "#86198f",
] as const;

export const IDLE_COLOR = "#5b6672";
export const TIGHT_COLOR = "#f59e0b";
export const LATE_COLOR = "#dc2626";
export const DONE_COLOR = "#7b8794";
export const INK = "#16211f";

export function routeColor(color: number | undefined): string {
  return color === undefined ? IDLE_COLOR : (ROUTE_COLORS[color % ROUTE_COLORS.length] ?? IDLE_COLOR);
}
