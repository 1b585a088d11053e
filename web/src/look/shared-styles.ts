import { css } from "lit";

/** What every component starts from. */
export const basics = css`
  :host {
    box-sizing: border-box;
  }
  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  button,
  input {
    font: inherit;
    color: inherit;
  }
  button {
    cursor: pointer;
  }
  button:disabled {
    cursor: default;
  }
  :focus-visible {
    outline: 2px solid var(--brand);
    outline-offset: 2px;
  }
  .number {
    font-variant-numeric: tabular-nums;
  }
  .quiet {
    color: var(--ink-3);
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

/** Small labels for the state of an order, a stop or a courier. */
export const chips = css`
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    padding: 1px 7px;
    border-radius: 999px;
    font-size: 11.5px;
    font-weight: 550;
    line-height: 18px;
    white-space: nowrap;
    background: #eceff0;
    color: var(--ink-2);
  }
  .chip.active {
    background: var(--brand-wash);
    color: var(--brand-strong);
  }
  .chip.good {
    background: var(--good-wash);
    color: var(--good);
  }
  .chip.tight {
    background: var(--warn-wash);
    color: var(--warn);
  }
  .chip.late {
    background: var(--bad-wash);
    color: var(--bad);
  }
  .chip svg {
    width: 11px;
    height: 11px;
  }
`;

export const buttons = css`
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-height: 46px;
    padding: 0 18px;
    border: 1px solid transparent;
    border-radius: 10px;
    font-weight: 600;
    text-decoration: none;
  }
  .button.primary {
    background: var(--brand);
    color: #fff;
  }
  .button.primary:hover:not(:disabled) {
    background: var(--brand-strong);
  }
  .button.primary:disabled {
    background: #c3cfcc;
    color: #5d6b67;
  }
  .button.plain {
    background: var(--paper);
    border-color: var(--line-2);
    color: var(--ink);
  }
  .button.plain:hover:not(:disabled) {
    border-color: var(--ink-3);
  }
  .button.danger {
    background: var(--paper);
    border-color: #e3b6b6;
    color: var(--bad);
  }
  .link {
    border: 0;
    padding: 0;
    background: none;
    color: var(--brand);
    font-weight: 550;
    text-decoration: underline;
    text-underline-offset: 2px;
  }
`;
