import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { styles } from './atto-connect.styles.ts';
import type { JourneyView } from './contract.ts';
import { asAttoConnectError } from './errors.ts';
import { AttoCancelEvent, AttoCompleteEvent, AttoErrorEvent, AttoLaunchEvent, AttoStatusEvent } from './events.ts';
import { iconPath } from './icons.ts';
import type { JourneyKey } from './journey/bff-client.ts';
import type { CustomerToken } from './journey/launch.ts';
import type { Outcome, Phase } from './journey/phase.ts';
import { JourneyController, type JourneySettings } from './journey-controller.ts';
import { type Deed, type Panel, type PanelButton, panelOf, STEPS } from './panel.ts';
import { type Strings, textOf } from './strings.ts';

const text = (attribute?: string) => ({ type: String, ...(attribute && { attribute }) });

/**
 * @summary Connects a bank through Atto Connect: starts the journey, takes the customer back, and shows how it stands
 *   until the data is ready.
 *
 * @event {AttoLaunchEvent} atto-launch - The customer is about to leave for the bank. Cancelable.
 * @event {AttoStatusEvent} atto-status - The journey, or the progress of its data, changed.
 * @event {AttoCompleteEvent} atto-complete - What `wait-for` names has come. For each launch exactly one of this,
 *   `atto-error` and `atto-cancel`; what changes afterwards is told by `atto-status`.
 * @event {AttoErrorEvent} atto-error - The launch failed.
 * @event {AttoCancelEvent} atto-cancel - The customer stopped.
 *
 * @slot - Replaces the launch button; a click on what is in it starts.
 * @slot ready - More to say in this phase. There is one such slot for each: `starting`, `away`, `checking`, `waiting`,
 *   `done`, `failed`, `cancelled`, `renew-soon`, `expired`, `elsewhere`, `disowned`, `disconnected`.
 *
 * @csspart panel - Everything.
 * @csspart icon - The sign at the start.
 * @csspart message - Title and texts, announced to screen readers when they change.
 * @csspart title - What is the case.
 * @csspart text - What that means.
 * @csspart steps - How far the data is.
 * @csspart reference - What to tell support.
 * @csspart button - Any button.
 * @csspart primary - The main button.
 * @csspart quiet - The button beside it.
 *
 * @cssproperty [--atto-accent] - Main button and progress.
 * @cssproperty [--atto-accent-text] - Text on the accent.
 * @cssproperty [--atto-background=Canvas] - Behind everything.
 * @cssproperty [--atto-text=CanvasText] - Title and texts.
 * @cssproperty [--atto-border] - Around the panel and the quiet button.
 * @cssproperty [--atto-good] - Sign of success.
 * @cssproperty [--atto-attention] - Sign that something is to be decided.
 * @cssproperty [--atto-bad] - Sign of failure.
 * @cssproperty [--atto-radius=0.75rem] - Corners.
 * @cssproperty [--atto-padding=1.25rem] - Between the border and what is in it.
 * @cssproperty [--atto-max-width=32rem] - The panel grows no wider.
 *
 * @cssstate ready - The phase is a custom state, so is every other: `atto-connect:state(done)`.
 */
export class AttoConnect extends LitElement implements JourneySettings {
  static override styles = styles;
  static formAssociated = true;
  static override properties = {
    bff: text(),
    partner: text(),
    customerToken: text('customer-token'),
    configId: text('config-id'),
    providerId: text('provider-id'),
    bankCode: text('bank-code'),
    countryCode: text('country-code'),
    consentId: text('consent-id'),
    returnTo: text('return-to'),
    presentation: text(),
    locale: text(),
    name: text(),
    waitFor: text('wait-for'),
    dataTimeout: { type: Number, attribute: 'data-timeout' },
    required: { type: Boolean, reflect: true },
    disabled: { type: Boolean, reflect: true },
    strings: { attribute: false },
  };

  /** The address of the bff, absolute or relative to the page. */
  declare bff: string;
  /** The partner's id at the bff. */
  declare partner: string;
  /** A JWT that says who the customer is, or a function that fetches one. Without it the customer is a guest. */
  declare customerToken: CustomerToken | null;
  /** One of the partner's configurations at Atto. Default: its first. */
  declare configId: string;
  /** The bank, if it is known already: by Atto's id, */
  declare providerId: string;
  /** or by its own code together with `countryCode`. */
  declare bankCode: string;
  /** ISO 3166-1 alpha-2. */
  declare countryCode: string;
  /** The consent that exists already: it is shown how it stands, and renewed. The customer token must name it too. */
  declare consentId: string;
  /** The name of a registered return URL. Default: the partner's first. */
  declare returnTo: string;
  /** How the bank's page is opened. `auto` and `redirect`: instead of this page. */
  declare presentation: 'auto' | 'popup' | 'redirect';
  /** BCP 47 language tag, for the bank's page and for dates. */
  declare locale: string;
  /** The name of the form field; also tells widgets of the same bff and partner in one page apart. */
  declare name: string;
  /** What `atto-complete` waits for: `connected`, or `data`. Default: `connected`. */
  declare waitFor: 'connected' | 'data';
  /** How long `wait-for="data"` waits once connected, in seconds. Default: 600. */
  declare dataTimeout: number;
  /** The form may not be sent without a connected bank. */
  declare required: boolean;
  /** Nothing can be started. */
  declare disabled: boolean;
  /** Texts to use instead of the English ones. */
  declare strings: Partial<Strings>;

  readonly #controller = new JourneyController(this, {
    changed: () => this.requestUpdate(),
    launching: () => this.dispatchEvent(new AttoLaunchEvent(this.journey)),
    news: () => this.journey && this.dispatchEvent(new AttoStatusEvent(this.journey)),
    ended: (outcome) => this.dispatchEvent(this.#ending(outcome)),
    navigate: (url) => this.navigate(url),
  });
  readonly #internals: ElementInternals | undefined;
  #state = '';
  #hasBegun = false;
  #hadFocus = false;
  #isCopied = false;

  constructor() {
    super();
    this.#internals = this.attachInternals?.();
    const unsaid = { bff: '', partner: '', configId: '', providerId: '', bankCode: '', countryCode: '', consentId: '' };
    Object.assign(this, unsaid, { customerToken: null, returnTo: '', locale: '', name: '', presentation: 'auto' });
    Object.assign(this, { waitFor: 'connected', dataTimeout: 600, required: false, disabled: false, strings: {} });
  }

  /** The journey as the bff last described it; null while there is none. */
  get journey(): JourneyView | null {
    return this.#controller.view;
  }

  /** What is being shown. */
  get phase(): Phase {
    return this.#controller.phase;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#hasBegun = false;
    this.#controller.attach();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#controller.detach();
  }

  /** Leaves for the bank, as a click on the button does. Never rejects: what goes wrong is told by `atto-error`. */
  start(): Promise<void> {
    return this.#controller.start();
  }

  /** Stops the journey, as long as no bank is connected. */
  cancel(): Promise<void> {
    return this.#controller.cancel();
  }

  /** Ends the connection. */
  disconnect(): Promise<void> {
    return this.#controller.disconnect();
  }

  /** Forgets the journey and shows the beginning again. */
  reset(): void {
    this.#controller.reset();
  }

  /** Shows a journey whose token the page got from its own server. */
  resume(key: JourneyKey): Promise<void> {
    return this.#controller.resume(key);
  }

  /** Sends the browser to the bank; a page inside an app may override this. */
  protected navigate(url: string): void {
    location.assign(url);
  }

  protected override willUpdate(): void {
    this.#hadFocus = Boolean(this.shadowRoot?.activeElement);
  }

  protected override updated(changed: PropertyValues<this>): void {
    this.#keepFocus();
    this.#reflect();
    // Only now, since a page may set attributes after it has inserted the element.
    if (!this.isConnected || (this.#hasBegun && !changed.has('bff') && !changed.has('partner'))) return;
    this.#hasBegun = true;
    void this.#controller.begin();
  }

  protected override render() {
    const { phase, view, error, note, standing } = this.#controller;
    const language = languageOf(this.locale);
    const isKnownCustomer = Boolean(this.customerToken);
    const panel = panelOf({ phase, view, error, note, standing, isKnownCustomer, language });
    return html`<div part="panel" class=${panel.tone}>
      <svg part="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${iconPath(panel.tone)}></path></svg>
      <div class="body">
        <div part="message" role="status" tabindex="-1">
          <p part="title">${textOf(this.strings, panel.title)}</p>
          ${panel.texts.map(({ key, values }) => html`<p part="text">${textOf(this.strings, key, values)}</p>`)}
        </div>
        ${this.#steps(panel)} ${this.#reference(panel)}
        <div class="actions">
          ${panel.primary ? this.#launchSlot(this.#button('primary', panel.primary)) : nothing}
          ${panel.quiet ? this.#button('quiet', panel.quiet) : nothing}
        </div>
        <slot name=${phase}></slot>
      </div>
    </div>`;
  }

  #launchSlot(button: unknown) {
    return this.phase === 'ready' ? html`<slot @click=${() => this.start()}>${button}</slot>` : button;
  }

  #button(kind: 'primary' | 'quiet', { label, deed }: PanelButton) {
    const isBusy = this.phase === 'starting';
    return html`<button
      type="button"
      part="button ${kind}"
      class=${kind}
      ?disabled=${this.disabled}
      aria-disabled=${isBusy ? 'true' : nothing}
      @click=${() => this.#do(deed)}
    >${textOf(this.strings, label)}</button>`;
  }

  #steps({ stepsDone }: Panel) {
    if (stepsDone === undefined) return nothing;
    return html`<ol part="steps">
      ${STEPS.map((step, index) => {
        const isDone = index < stepsDone;
        const done = html`<span class="spoken"> (${textOf(this.strings, 'step.is-done')})</span>`;
        return html`<li class=${isDone ? 'done' : ''} aria-current=${index === stepsDone ? 'step' : nothing}>
          ${textOf(this.strings, step)}${isDone ? done : nothing}
        </li>`;
      })}
    </ol>`;
  }

  #reference({ reference }: Panel) {
    if (!reference) return nothing;
    const copy = async () => {
      await navigator.clipboard.writeText(reference);
      this.#isCopied = true;
      this.requestUpdate();
    };
    return html`<p part="reference">
      ${textOf(this.strings, 'reference.label')} <code>${reference}</code>
      ${
        navigator.clipboard
          ? html`<button type="button" part="button" class="copy" @click=${copy}>
            ${textOf(this.strings, this.#isCopied ? 'button.copied' : 'button.copy')}
          </button>`
          : nothing
      }
    </p>`;
  }

  #do(deed: Deed): void {
    const controller = this.#controller;
    if (deed === 'cancel') void controller.cancel();
    else if (deed === 'here') void controller.continueHere();
    else if (deed === 'disown') void controller.disown();
    else void controller.start(deed === 'another');
  }

  #ending(outcome: Outcome): Event {
    const { journey } = this;
    if (outcome === 'complete' && journey) return new AttoCompleteEvent(journey);
    if (outcome === 'cancel') return new AttoCancelEvent(journey);
    return new AttoErrorEvent(asAttoConnectError(this.#controller.error), journey);
  }

  /** A button that was pressed and is gone must not leave the keyboard's user at the top of the page. */
  #keepFocus(): void {
    const root = this.shadowRoot;
    if (this.#hadFocus && root && !root.activeElement) root.querySelector<HTMLElement>('[role=status]')?.focus();
  }

  /** Shows the phase to style sheets, and the receipt to the form. */
  #reflect(): void {
    const internals = this.#internals;
    if (this.#state !== this.phase) {
      this.#isCopied = false;
      // Browsers of before 2024 know no states, or only those that begin with two hyphens.
      try {
        internals?.states.delete(this.#state);
        internals?.states.add(this.phase);
      } catch {}
      this.#state = this.phase;
    }
    const receipt = this.journey?.receipt ?? null;
    internals?.setFormValue?.(receipt);
    const isMissing = this.required && !receipt;
    const button = this.shadowRoot?.querySelector('button') ?? undefined;
    internals?.setValidity?.({ valueMissing: isMissing }, textOf(this.strings, 'ready.title'), button);
  }
}

/** A tag that Intl does not understand is as good as none. */
function languageOf(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'atto-connect': AttoConnect;
  }
}
