import { html } from 'lit';
import type { Phase } from './journey/phase.ts';
import type { Button, Panel, Tone } from './panel.ts';
import type { Say } from './strings.ts';

/** A bank that the page offers by name. */
export interface Bank {
  name: string;
  /** Atto's id of it. */
  providerId: string;
  /** Address of its logo: `https:` or `data:`. Without one, and where it does not load, its initial is shown. */
  logo?: string;
}

/** What is drawn. */
export interface View extends Panel {
  /** Names the slot in which the page may say more. */
  phase: Phase;
  lang: string;
  dir: string;
  /** Offered by name. */
  banks: readonly Bank[];
  /** What to tell support. */
  reference: string | undefined;
  disabled: boolean;
  /** The page has put something in the place of the button that starts. */
  isReplaced: boolean;
}

/** A bank, three quarters of a circle, a tick, a clock, an exclamation mark; lines of 2 on 24 by 24. */
const SIGNS: Record<Tone, string> = {
  neutral: 'M4 10 12 5l8 5zm2 0v7m4-7v7m4-7v7m4-7v7M4 19h16',
  busy: 'M12 4a8 8 0 1 1-8 8',
  good: 'm6 12.5 4 4 8-9',
  attention: 'M12 4a8 8 0 1 1 0 16 8 8 0 1 1 0-16m0 4v4l3 2',
  bad: 'M12 4a8 8 0 1 1 0 16 8 8 0 1 1 0-16m0 4v5m0 2v2',
};

/** Neither a script nor a page without encryption can be an image here. */
const isImage = /^(https:|data:image\/)/i;

/** Draws a panel. No inline style, and no HTML but this: the strictest policy has nothing to object to. */
export function draw(view: View, say: Say, press: (button: Button, providerId?: string) => void, changed: () => void) {
  const { tone, phase, stepsDone, reference } = view;
  const button = (name: Button | '' | undefined, part: string, content: unknown = say(`button.${name}`), id?: string) =>
    name &&
    html`<button
      type="button"
      part=${`button ${part}`}
      ?disabled=${view.disabled}
      @click=${() => press(name, id)}
    >${content}</button>`;
  const pressSlot = (event: Event) => {
    // Neither a link nor a form may take the page elsewhere meanwhile.
    event.preventDefault();
    press('start');
  };
  const bank = ({ name, providerId, logo }: Bank) => {
    const image = () =>
      html`<img alt="" src=${logo} referrerpolicy="no-referrer" @error=${({ target }: Event) => (target as Element).remove()} />`;
    const initial = html`<i part="logo" aria-hidden="true">${[...name][0]}${isImage.test(`${logo}`) ? image() : ''}</i>`;
    return button('start', 'bank', [initial, html`<bdi>${name}</bdi>`], providerId);
  };
  const step = (number: number) => {
    const done = number > stepsDone ? '' : 'done';
    return html`<li class=${done} aria-atomic="true">
      ${say(`step.${number}`)}${done && html`<span>, ${say('step.done')}</span>`}
    </li>`;
  };
  const primary = button(view.primary, 'primary');
  return html`<div part="panel" class=${tone} lang=${view.lang} dir=${view.dir}>
    <svg part="sign" viewBox="0 0 24 24" aria-hidden="true"><path d=${SIGNS[tone]} /></svg>
    <div class="body">
      <div part="message" class=${phase} role="status" aria-atomic="false" tabindex="-1">
        <p part="title">${view.title}</p>
        ${view.texts.map((text) => html`<p part="text">${text}</p>`)}
        ${stepsDone ? html`<ol part="steps">${[1, 2, 3, 4].map(step)}</ol>` : ''}
      </div>
      ${reference && html`<p part="text reference">${say('reference')} <code>${reference}</code> ${navigator.clipboard && button('copy', 'copy')}</p>`}
      <div class="actions">
        ${view.banks.map(bank)}
        ${view.isReplaced && phase === 'ready' ? '' : primary}
        ${phase === 'ready' ? html`<slot @slotchange=${changed} @click=${pressSlot}></slot>` : ''}
        ${view.quiet.map((name) => button(name, 'quiet'))}
      </div>
      <slot name=${phase}></slot>
    </div>
  </div>`;
}
