import { svg, html, type TemplateResult } from "lit";

function icon(body: TemplateResult): TemplateResult {
  return html`<svg viewBox="0 0 24 24" width="16" height="16" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${body}</svg>`;
}

export const PATHS = {
  bike: "M5.5 20a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm13 0a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM5.5 16.5 9 9.5h6l3.5 7M9 9.5l4 7h-2M15 9.5 14 6h3",
  car: "M5 16.5h14M4 16.5v-4l2-5.5h12l2 5.5v4M4 12.5h16M7.5 19a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6Zm9 0a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6Z",
  foot: "M12.5 6a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4ZM9 21l2-6-2-2.5 2-4.5 3.5 3 3 1M14 21l-1-5-2-3.5M7 12l1-3 3-1",
  store: "M4 10v9.5h16V10M3 6.5 4.5 4h15L21 6.5v2a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0v-2ZM9.5 19.5v-5h5v5",
} as const;

export const icons = {
  bike: icon(svg`<path d=${PATHS.bike} />`),
  car: icon(svg`<path d=${PATHS.car} />`),
  foot: icon(svg`<path d=${PATHS.foot} />`),
  store: icon(svg`<path d=${PATHS.store} />`),
  door: icon(svg`<path d="M12 21s-6.5-5.6-6.5-11a6.5 6.5 0 0 1 13 0c0 5.400-6.500 11-6.500 11Z" /><circle cx="12" cy="10" r="2.300" />`),
  bolt: icon(svg`<path d="M13 2.500 5 13.500h6l-1 8 8-11h-6l1-8Z" />`),
  clock: icon(svg`<circle cx="12" cy="12" r="8.500" /><path d="M12 7v5l3.200 2" />`),
  check: icon(svg`<path d="m5 12.500 4.500 4.500L19 7.500" />`),
  cross: icon(svg`<path d="M6 6l12 12M18 6 6 18" />`),
  warning: icon(svg`<path d="M12 4 2.800 19.500h18.400L12 4ZM12 10v4.500M12 17.200v.1" />`),
  bag: icon(svg`<path d="M5.500 8h13l1 12.500h-15L5.500 8ZM9 10.500V7a3 3 0 0 1 6 0v3.500" />`),
  arrow: icon(svg`<path d="M5 12h14M13 6l6 6-6 6" />`),
  search: icon(svg`<circle cx="11" cy="11" r="6.500" /><path d="m16 16 4.500 4.500" />`),
} as const;
