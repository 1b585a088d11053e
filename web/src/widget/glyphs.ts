import { html, svg, type TemplateResult } from "lit";

function glyph(body: TemplateResult): TemplateResult {
  return html`<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${body}</svg>`;
}

export const glyphs = {
  bolt: glyph(svg`<path d="M13 2.500 5 13.500h6l-1 8 8-11h-6l1-8Z" />`),
  store: glyph(svg`<path d="M4 10v9.500h16V10M3 6.500 4.500 4h15L21 6.500v2a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0v-2ZM9.500 19.500v-5h5v5" />`),
  check: glyph(svg`<path d="m5 12.500 4.500 4.500L19 7.500" />`),
  shield: glyph(svg`<path d="M12 3 5 5.500v6c0 4.500 3 7.700 7 9.500 4-1.800 7-5 7-9.500v-6L12 3Zm-3 9 2.200 2.200L15.200 10" />`),
  info: glyph(svg`<circle cx="12" cy="12" r="9" /><path d="M12 11v5.500M12 7.500v.1" />`),
  warning: glyph(svg`<path d="M12 4 2.800 19.500h18.400L12 4ZM12 10v4.500M12 17.200v.1" />`),
  door: glyph(svg`<path d="M12 21s-6.500-5.600-6.500-11a6.500 6.500 0 0 1 13 0c0 5.400-6.500 11-6.500 11Z" /><circle cx="12" cy="10" r="2.300" />`),
} as const;
