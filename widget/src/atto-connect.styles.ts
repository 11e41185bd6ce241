import { unsafeCSS } from 'lit';

/** Inherits the page's font and colour scheme; only logical properties, so that it mirrors itself for right-to-left. */
const sheet = `
  :host(:not([hidden])) {
    display: block;
    --accent: var(--atto-accent, light-dark(#0b5d52, #7fd8c6));
    max-inline-size: 32rem;
    text-align: start;
  }
  [part='panel'] {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 16px;
    padding: 20px;
    background: var(--atto-background, Canvas);
    color: var(--atto-text, CanvasText);
    line-height: 1.5;
  }
  [part='panel'],
  button {
    border: 1px solid var(--atto-border, #8886);
    border-radius: var(--atto-radius, 12px);
  }
  svg {
    block-size: 28px;
    fill: none;
    stroke: var(--accent);
    stroke-width: 2;
  }
  .attention svg {
    stroke: var(--atto-attention, light-dark(#b76e00, #fb4));
  }
  .bad svg {
    stroke: var(--atto-bad, light-dark(#d93025, #f88));
  }
  .body {
    overflow-wrap: anywhere;
    flex: 1 1 12em;
  }
  p,
  ol {
    margin: 0 0 4px;
    padding: 0;
    list-style: none;
  }
  [part='title'] {
    font-size: 1.125em;
    font-weight: 600;
  }
  code {
    display: inline-block;
    user-select: all;
  }
  .actions,
  [part~='bank'] {
    display: flex;
    gap: 0 8px;
    align-items: center;
    text-align: start;
  }
  .actions {
    flex-wrap: wrap;
  }
  button {
    min-block-size: 44px;
    padding: 8px 16px;
    margin-block-start: 12px;
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }
  [part~='primary'] {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--atto-accent-text, light-dark(#fff, #000));
    @media (forced-colors) {
      border-width: 3px;
    }
  }
  [part~='copy'] {
    min-block-size: 0;
    padding: 0 8px;
    margin: 0;
  }
  :disabled {
    opacity: 0.6;
  }
  i {
    position: relative;
    flex: 0 0 1.75em;
    font-style: normal;
    line-height: 1.75;
    text-align: center;
    background: #8883;
  }
  img {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: contain;
    background: #fff;
  }
  li::before {
    content: '○' / '';
    margin-inline-end: 8px;
    color: var(--accent);
  }
  li.done::before {
    content: '●' / '';
  }
  span {
    position: absolute;
    clip-path: inset(50%);
  }
  :host([layout='compact']) [part='panel'] {
    padding: 0;
    border: 0;
    background: none;
    color: var(--atto-text, inherit);
  }
  :host([layout='compact']) :is(svg, .ready) {
    display: none;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  .busy svg {
    @media (prefers-reduced-motion: no-preference) {
      animation: turn 1.2s linear infinite;
    }
  }
`;

/** Safe, since the sheet is a constant; the tag `css` would bring along its checks of what is put into one. */
export const styles = unsafeCSS(sheet);
