import { css } from "lit";

/** The white cards of the checkout page. */
export const cards = css`
  .card {
    /* Not hidden: the button below the offers sticks to the window. */
    overflow: clip;
    border: 1px solid var(--line);
    border-radius: 14px;
    background: var(--paper);
  }
  .card > .body {
    padding: 16px 18px 18px;
  }
  h2 {
    display: flex;
    align-items: center;
    gap: 8px;
    font-size: 16px;
    font-weight: 660;
    letter-spacing: -0.01em;
  }
  h3 {
    margin: 18px 0 8px;
    font-size: 13.5px;
    font-weight: 620;
    color: var(--ink-2);
  }
`;
