import { unsafeCSS } from 'lit';

/** Inherits the page's font and colour scheme; only logical properties, so that it mirrors itself for right-to-left. */
const sheet = `
  :host(:not([hidden])) {
    --accent: var(--atto-accent, light-dark(#0b5d52, #7fd8c6));
    --radius: var(--atto-radius, 12px);
    --line: 1px solid var(--atto-border, #8886);
    display: block;
    max-inline-size: 32rem;
  }
  [part='panel'] {
    display: flex;
    gap: 16px;
    padding: 20px;
    border: var(--line);
    border-radius: var(--radius);
    background: var(--atto-background, Canvas);
    color: var(--atto-text, CanvasText);
    line-height: 1.5;
  }
  svg {
    flex: none;
    block-size: 28px;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    color: var(--accent);
  }
  .attention svg {
    color: var(--atto-attention, #b76e00);
  }
  .bad svg {
    color: var(--atto-bad, #d93025);
  }
  .body {
    min-inline-size: 0;
    overflow-wrap: anywhere;
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
    user-select: all;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  button {
    min-block-size: 44px;
    padding: 0 18px;
    margin-block-start: 12px;
    border: var(--line);
    border-radius: var(--radius);
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }
  [part~='primary'] {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--atto-accent-text, Canvas);
  }
  :disabled,
  [aria-disabled='true'] {
    opacity: 0.6;
    cursor: default;
  }
  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }
  li::before {
    content: '○' / '';
    margin-inline-end: 10px;
    color: var(--accent);
  }
  .done::before {
    content: '●' / '';
  }
  span {
    position: absolute;
    clip-path: inset(50%);
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    .busy svg {
      animation: turn 1.2s linear infinite;
    }
  }
`;

/** Safe, since the sheet is a constant; the tag `css` would bring along its checks of what is put into one. */
export const styles = unsafeCSS(sheet);
