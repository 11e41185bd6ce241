import { css } from 'lit';

/**
 * Inherits the page's font and its colour scheme; `light-dark()` is newer than the rest and therefore comes second.
 * Only logical properties, so that the panel mirrors itself in scripts that run from right to left.
 */
export const styles = css`
  :host {
    --accent: var(--atto-accent, #0b5d52);
    --on-accent: var(--atto-accent-text, #fff);
    --good: var(--atto-good, #0b6b3a);
    --attention: var(--atto-attention, #8a4b00);
    --bad: var(--atto-bad, #b3261e);
    --line: var(--atto-border, color-mix(in srgb, CanvasText 18%, Canvas));
    --soft: color-mix(in srgb, CanvasText 72%, Canvas);
    --tone: var(--accent);
    display: block;
    max-inline-size: var(--atto-max-width, 32rem);
    color: var(--atto-text, CanvasText);
    line-height: 1.5;
  }
  @supports (color: light-dark(red, red)) {
    :host {
      --accent: var(--atto-accent, light-dark(#0b5d52, #7fd8c6));
      --on-accent: var(--atto-accent-text, light-dark(#fff, #04241f));
      --good: var(--atto-good, light-dark(#0b6b3a, #7fd8a0));
      --attention: var(--atto-attention, light-dark(#8a4b00, #f2b866));
      --bad: var(--atto-bad, light-dark(#b3261e, #ffb0a8));
    }
  }
  :host([hidden]) {
    display: none;
  }
  * {
    box-sizing: border-box;
  }
  p,
  ol {
    margin: 0;
    padding: 0;
  }
  [part='panel'] {
    display: flex;
    flex-wrap: wrap;
    gap: 1rem;
    padding: var(--atto-padding, 1.25rem);
    border: 1px solid var(--line);
    border-radius: var(--atto-radius, 0.75rem);
    background: var(--atto-background, Canvas);
  }
  .good {
    --tone: var(--good);
  }
  .attention {
    --tone: var(--attention);
  }
  .bad {
    --tone: var(--bad);
  }
  [part='icon'] {
    inline-size: 2.75rem;
    block-size: 2.75rem;
    padding: 0.625rem;
    border-radius: 50%;
    background: color-mix(in srgb, var(--tone) 12%, transparent);
    color: var(--tone);
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .busy [part='icon'] {
    animation: turn 1.2s linear infinite;
  }
  .body {
    flex: 1 1 12rem;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  [part='title'] {
    font-size: 1.125em;
    font-weight: 600;
    line-height: 1.35;
  }
  [part='text'],
  [part='reference'] {
    margin-block-start: 0.25rem;
    color: var(--soft);
  }
  [part='reference'] {
    margin-block-start: 0.75rem;
    font-size: 0.875em;
  }
  code {
    user-select: all;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  .actions > * {
    margin-block-start: 1rem;
  }
  button {
    min-block-size: 2.75rem;
    padding: 0.5rem 1.125rem;
    border: 1px solid var(--line);
    border-radius: calc(var(--atto-radius, 0.75rem) * 0.66);
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }
  .primary {
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
    font-weight: 600;
  }
  .copy {
    min-block-size: 1.75rem;
    padding: 0 0.625rem;
  }
  button:hover {
    filter: brightness(1.08);
  }
  button:disabled,
  [aria-disabled='true'] {
    opacity: 0.6;
    cursor: default;
  }
  :focus-visible {
    outline: 3px solid color-mix(in srgb, var(--accent) 70%, transparent);
    outline-offset: 2px;
  }
  [role='status']:focus {
    outline: none;
  }
  [part='steps'] {
    margin-block-start: 0.875rem;
    list-style: none;
  }
  li {
    display: flex;
    align-items: center;
    gap: 0.625rem;
    padding-block: 0.1875rem;
    color: var(--soft);
  }
  li::before {
    content: '';
    flex: none;
    inline-size: 0.75rem;
    block-size: 0.75rem;
    border: 2px solid var(--line);
    border-radius: 50%;
  }
  [aria-current]::before,
  .done::before {
    border-color: var(--accent);
  }
  [aria-current],
  .done {
    color: inherit;
  }
  .done::before {
    background: var(--accent);
  }
  .spoken {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .busy [part='icon'] {
      animation: none;
    }
  }
  @media (forced-colors: active) {
    [part='icon'],
    .primary {
      border: 1px solid;
    }
    .done::before {
      forced-color-adjust: none;
      background: CanvasText;
    }
  }
`;
