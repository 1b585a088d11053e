import { css } from "lit";

export const offerStyles = css`
  .wide {
    width: 100%;
  }
  .invitation {
    margin: 8px 0 18px;
    color: var(--ink-2);
  }
  .offers {
    margin-top: 14px;
    transition: opacity 0.15s;
  }
  .offers.stale {
    opacity: 0.5;
  }
  .choice {
    position: relative;
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 10px 14px;
    border: 1.5px solid var(--line);
    border-radius: 11px;
    cursor: pointer;
  }
  .choice + .choice {
    margin-top: 8px;
  }
  .choice:hover:not(.refused) {
    border-color: var(--ink-3);
  }
  .choice:has(:checked) {
    border-color: var(--brand);
    background: var(--brand-wash);
    box-shadow: inset 0 0 0 0.5px var(--brand);
  }
  .choice:has(:focus-visible) {
    outline: 2px solid var(--brand);
    outline-offset: 2px;
  }
  .choice input {
    position: absolute;
    inset: 0;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
  .sign {
    display: grid;
    place-items: center;
    flex: none;
    width: 34px;
    height: 34px;
    border-radius: 9px;
    background: var(--wash);
    color: var(--ink-2);
  }
  .express .sign {
    background: var(--brand);
    color: #fff;
  }
  .text {
    flex: 1;
    min-width: 0;
  }
  .text b,
  .text small {
    display: block;
  }
  b {
    font-weight: 620;
  }
  small {
    font-size: 12.5px;
    color: var(--ink-3);
  }
  .fee {
    font-weight: 620;
  }
  .days {
    display: flex;
    gap: 6px;
    margin-bottom: 10px;
    padding: 4px;
    border-radius: 11px;
    background: var(--wash);
  }
  .days button {
    flex: 1;
    padding: 6px 8px;
    border: 0;
    border-radius: 8px;
    background: none;
    color: var(--ink-2);
  }
  .days button small {
    margin-left: 6px;
  }
  .days [aria-selected="true"] {
    background: var(--paper);
    color: var(--ink);
    box-shadow: 0 1px 3px rgb(22 33 31 / 15%);
  }
  .slots {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(118px, 1fr));
    gap: 8px;
  }
  .slot,
  .slots .choice {
    display: flex;
    flex-direction: column;
    justify-content: center;
    gap: 0;
    min-height: 54px;
    margin: 0;
    padding: 6px 8px;
    text-align: center;
    font-variant-numeric: tabular-nums;
  }
  .slot .free {
    color: var(--good);
    font-weight: 600;
  }
  .refused {
    border: 1.5px dashed var(--line);
    border-radius: 11px;
    background: var(--wash);
    color: var(--ink-3);
    cursor: default;
  }
  .refused b {
    font-weight: 550;
  }
  .slot.refused b {
    text-decoration: line-through;
    text-decoration-color: var(--line-2);
  }
  .slot.refused small {
    font-size: 11.5px;
    line-height: 1.25;
  }
  .foot {
    position: sticky;
    bottom: 0;
    padding: 12px 18px 16px;
    border-top: 1px solid var(--line);
    background: var(--paper);
  }
  .foot p {
    margin-bottom: 8px;
    font-size: 13px;
    color: var(--ink-2);
  }
  .none {
    display: grid;
    justify-items: center;
    gap: 4px;
    padding: 26px 20px;
    border-radius: 11px;
    background: var(--wash);
    text-align: center;
    color: var(--ink-2);
  }
  .none svg {
    width: 26px;
    height: 26px;
  }
`;
