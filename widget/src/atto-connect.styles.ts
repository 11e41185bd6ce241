import { css } from 'lit';

/** Inherits the page's font and colour scheme; only logical properties, so that it mirrors itself for right-to-left. */
export const styles = css`
  :host {
    --accent: var(--atto-accent, light-dark(#0b5d52, #7fd8c6));
    --line: var(--atto-border, color-mix(in srgb, CanvasText 20%, Canvas));
    --tone: var(--accent);
    display: block;
    max-inline-size: 32rem;
  }
  :host([hidden]) {
    display: none;
  }
  [part='panel'] {
    display: flex;
    gap: 16px;
    padding: 20px;
    border: 1px solid var(--line);
    border-radius: var(--atto-radius, 12px);
    background: var(--atto-background, Canvas);
    color: var(--atto-text, CanvasText);
    line-height: 1.5;
  }
  .good {
    --tone: var(--atto-good, light-dark(#0b6b3a, #7fd8a0));
  }
  .attention {
    --tone: var(--atto-attention, light-dark(#8a4b00, #f2b866));
  }
  .bad {
    --tone: var(--atto-bad, light-dark(#b3261e, #ffb0a8));
  }
  svg {
    flex: none;
    block-size: 28px;
    fill: none;
    stroke: var(--tone);
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
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
    border: 1px solid var(--line);
    border-radius: var(--atto-radius, 12px);
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
  [role]:focus {
    outline: none;
  }
  li::before {
    content: '○';
    margin-inline-end: 10px;
    color: var(--accent);
  }
  .done::before {
    content: '●';
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
