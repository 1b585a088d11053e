import { css } from "lit";

/** What the two lists of the side panel have in common. */
export const listStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100%;
  }
  .bar {
    display: flex;
    gap: 6px;
    align-items: center;
    padding: 10px 12px;
    border-bottom: 1px solid var(--line);
  }
  .filter {
    padding: 4px 10px;
    border: 1px solid var(--line-2);
    border-radius: 999px;
    background: var(--paper);
    color: var(--ink-2);
    font-size: 12.5px;
    font-weight: 550;
    white-space: nowrap;
  }
  .filter[aria-pressed="true"] {
    border-color: var(--ink);
    background: var(--ink);
    color: #fff;
  }
  .rows {
    flex: 1;
    min-height: 0;
    overflow-y: auto;
    scrollbar-width: thin;
  }
  .row {
    display: grid;
    width: 100%;
    padding: 9px 14px;
    border: 0;
    border-bottom: 1px solid #edf0ef;
    border-left: 3px solid transparent;
    background: none;
    text-align: left;
  }
  .row:hover {
    background: var(--wash);
  }
  .row:focus-visible {
    outline-offset: -3px;
  }
  .row[aria-pressed="true"] {
    border-left-color: var(--brand);
    background: var(--brand-wash);
  }
  .row[aria-pressed="true"] .chip {
    background: var(--paper);
  }
  .name {
    font-weight: 620;
  }
  .small {
    font-size: 12.5px;
    color: var(--ink-2);
  }
  .more {
    display: block;
    width: 100%;
    padding: 12px;
    border: 0;
    background: none;
    color: var(--brand);
    font-weight: 600;
  }
  .empty {
    padding: 32px 24px;
    color: var(--ink-3);
    text-align: center;
  }
`;
