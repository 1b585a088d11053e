import { css } from "lit";

/** The look of the widget; a page changes it by the `--punctual-*` properties and `::part`. */
export const styles = css`
  :host {
    --accent: var(--punctual-accent, light-dark(#0f5f57, #6fd3c3));
    --accent-ink: var(--punctual-accent-ink, light-dark(#ffffff, #06231f));
    --accent-wash: var(--punctual-accent-wash, light-dark(#e5f2ef, #16332f));
    --surface: var(--punctual-surface, light-dark(#ffffff, #131a19));
    --sunken: var(--punctual-sunken, light-dark(#f3f6f5, #1d2625));
    --ink: var(--punctual-ink, light-dark(#16211f, #eef3f1));
    --muted: var(--punctual-muted, light-dark(#566461, #a9b7b3));
    --line: var(--punctual-line, light-dark(#dbe2df, #33403d));
    --warn: var(--punctual-warn, light-dark(#8a4b00, #f3c178));
    --warn-wash: var(--punctual-warn-wash, light-dark(#fdf1dd, #33270f));
    --bad: var(--punctual-bad, light-dark(#a91d1d, #ff9d94));
    --radius: var(--punctual-radius, 14px);

    position: relative;
    display: block;
    container-type: inline-size;
    color-scheme: light dark;
    font-family: var(--punctual-font, inherit);
    font-size: var(--punctual-font-size, 15px);
    line-height: 1.35;
    text-align: start;
    color: var(--ink);
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h2,
  h3,
  p {
    margin: 0;
  }
  i {
    font-style: normal;
  }
  b {
    font-weight: 650;
  }
  small {
    font-size: 0.867em;
  }
  button {
    font: inherit;
    color: inherit;
    text-align: inherit;
    cursor: pointer;
  }
  svg {
    flex: none;
  }
  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }
  h2:focus {
    outline: none;
  }
  .spoken {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .frame {
    position: relative;
    padding: 20px;
    border: 1px solid var(--line);
    border-radius: calc(var(--radius) + 4px);
    background: var(--surface);
  }
  h2 {
    margin-bottom: 14px;
    font-size: 1.28em;
    font-weight: 700;
    letter-spacing: -0.015em;
  }
  h3 {
    margin: 20px 0 8px;
    font-size: 0.933em;
    font-weight: 620;
    color: var(--muted);
  }
  .waiting,
  .none {
    display: flex;
    align-items: center;
    gap: 10px;
    padding: 18px 16px;
    border-radius: var(--radius);
    background: var(--sunken);
    color: var(--muted);
  }
  .why {
    display: flex;
    gap: 8px;
    margin-top: 14px;
    color: var(--muted);
  }
  .notice,
  .failure {
    display: flex;
    align-items: center;
    gap: 10px;
    margin-bottom: 14px;
    padding: 11px 14px;
    border-radius: var(--radius);
    background: var(--warn-wash);
    color: var(--warn);
    font-weight: 550;
  }
  .notice[data-notice="returned"] {
    background: var(--accent-wash);
    color: var(--ink);
  }
  .failure {
    flex-wrap: wrap;
  }
  .failure p {
    flex: 1 1 12em;
  }
  .offers {
    transition: opacity 0.15s;
  }
  .offers.stale {
    opacity: 0.6;
  }

  .tabs {
    display: flex;
    gap: 4px;
    margin-bottom: 10px;
    padding: 4px;
    overflow-x: auto;
    scroll-snap-type: x proximity;
    scrollbar-width: thin;
    border-radius: var(--radius);
    background: var(--sunken);
  }
  .tabs button {
    flex: 1 0 auto;
    scroll-snap-align: start;
    min-height: 46px;
    padding: 5px 14px;
    border: 0;
    border-radius: calc(var(--radius) - 4px);
    background: none;
    color: var(--muted);
    text-align: center;
  }
  .tabs b,
  .tabs small {
    display: block;
    white-space: nowrap;
  }
  .tabs [aria-selected="true"] {
    background: var(--surface);
    color: var(--ink);
    box-shadow:
      0 1px 3px rgb(0 0 0 / 16%),
      inset 0 -3px 0 var(--accent);
  }
  .tabs :focus-visible {
    outline-offset: -3px;
  }

  .group {
    display: grid;
    gap: 8px;
  }
  .slot {
    position: relative;
    display: flex;
    align-items: flex-start;
    gap: 12px;
    width: 100%;
    min-height: 56px;
    padding: 10px 14px;
    border: 1.5px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    transition:
      border-color 0.12s,
      background-color 0.12s;
  }
  .slot:hover:not([aria-disabled]) {
    border-color: var(--accent);
  }
  .slot .text {
    flex: 1;
    min-width: 0;
  }
  .text > * {
    display: block;
  }
  .text > .top {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: space-between;
    gap: 0 12px;
  }
  .fee {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .when {
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  .text small {
    color: var(--muted);
  }
  .text > small {
    margin-top: 2px;
  }
  .text > .chance {
    display: flex;
    align-items: flex-start;
    gap: 4px;
  }
  .chance svg {
    width: 14px;
    height: 14px;
    margin-top: 2px;
    color: var(--accent);
  }
  .sign {
    display: grid;
    place-items: center;
    flex: none;
    width: 38px;
    height: 38px;
    border-radius: calc(var(--radius) - 3px);
    background: var(--sunken);
    color: var(--muted);
  }
  .mark {
    position: absolute;
    top: -8px;
    right: -8px;
    display: none;
    place-items: center;
    width: 22px;
    height: 22px;
    border-radius: 50%;
    background: var(--accent);
    color: var(--accent-ink);
  }
  .mark svg {
    width: 14px;
    height: 14px;
    stroke-width: 3;
  }
  .slot[aria-checked="true"] {
    border-color: var(--accent);
    background: var(--accent-wash);
    box-shadow: inset 0 0 0 1px var(--accent);
  }
  .slot[aria-checked="true"] .mark {
    display: grid;
  }
  .express.slot:not(.refused) {
    min-height: 72px;
    border-color: var(--accent);
  }
  .express.slot:not(.refused) .when,
  .express.slot:not(.refused) .fee {
    font-size: 1.13em;
    font-weight: 700;
  }
  .express.slot:not(.refused) .sign {
    width: 44px;
    height: 44px;
    background: var(--accent);
    color: var(--accent-ink);
  }
  .refused {
    border-style: dashed;
    background: var(--sunken);
    color: var(--muted);
    cursor: default;
  }
  .refused .when {
    font-weight: 550;
  }
  .scheduled.refused .when {
    text-decoration: line-through;
  }
  .text > .remedy {
    color: var(--ink);
  }
  .hours.group {
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 235px), 1fr));
  }
  .level {
    margin-top: 14px;
    font-size: 0.867em;
    color: var(--muted);
  }

  .plain {
    min-height: 40px;
    padding: 0 14px;
    border: 1px solid currentColor;
    border-radius: calc(var(--radius) - 4px);
    background: none;
    font-weight: 600;
    text-align: center;
  }
  .plain:disabled {
    opacity: 0.6;
    cursor: default;
  }
  .held {
    position: sticky;
    z-index: 1;
    bottom: 8px;
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto auto;
    align-items: center;
    gap: 6px 14px;
    margin-top: 18px;
    padding: 12px 14px 15px;
    overflow: hidden;
    border-radius: var(--radius);
    background: light-dark(#14302c, #203733);
    color: #f2f7f5;
    box-shadow:
      0 8px 0 2px var(--surface),
      0 -4px 22px rgb(0 0 0 / 16%);
  }
  .held .sign {
    width: 34px;
    height: 34px;
    border-radius: 50%;
    background: #8fe0d2;
    color: #0b2723;
  }
  .held p > * {
    display: block;
  }
  .held small {
    color: #c5d6d1;
  }
  .countdown {
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  .countdown b {
    font-size: 1.5em;
    line-height: 1.1;
  }
  .held :focus-visible {
    outline-color: #8fe0d2;
  }
  .rest {
    position: absolute;
    inset: auto 0 0;
    height: 4px;
    background: #8fe0d2;
    transform-origin: left;
    transition: transform 1s linear;
  }
  .urgent .rest {
    background: #ffcf7a;
  }
  .urgent .countdown b::before {
    content: "! ";
  }
  .urgent .countdown b {
    color: #ffcf7a;
  }
  .spinner {
    width: 12px;
    height: 12px;
    border: 2px solid currentColor;
    border-right-color: transparent;
    border-radius: 50%;
    animation: turn 0.8s linear infinite;
  }
  .skeleton {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 235px), 1fr));
    gap: 8px;
  }
  .skeleton i {
    height: 74px;
    border-radius: var(--radius);
    background: var(--sunken);
    animation: breathe 1.4s ease-in-out infinite alternate;
  }
  .skeleton .wide,
  .skeleton .tabs {
    grid-column: 1 / -1;
  }
  .skeleton .tabs {
    display: block;
    height: 46px;
    margin: 14px 0 2px;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
  @container (max-width: 430px) {
    .frame {
      padding: 14px;
    }
    .held {
      grid-template-columns: minmax(0, 1fr) auto;
    }
    .held {
      gap: 6px 10px;
      padding: 10px 12px 13px;
    }
    .held > .sign,
    .held > p:not(.countdown) small:last-child {
      display: none;
    }
    .held .countdown b {
      font-size: 1.27em;
    }
    .express.slot:not(.refused) .sign {
      width: 38px;
      height: 38px;
    }
    .held > .plain {
      grid-column: 1 / -1;
      min-height: 36px;
    }
    .slot {
      padding: 10px 12px;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
  @media (forced-colors: active) {
    .slot[aria-checked="true"] {
      outline: 3px solid Highlight;
    }
  }
`;
