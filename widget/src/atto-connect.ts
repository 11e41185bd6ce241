import { LitElement, noChange, type PropertyValues } from 'lit';
import { styles } from './atto-connect.styles.ts';
import type { JourneyView } from './contract.ts';
import type { AttoConnectError } from './errors.ts';
import {
  AttoCancelEvent,
  AttoCompleteEvent,
  AttoErrorEvent,
  AttoLaunchEvent,
  AttoStatusEvent,
  type ConnectedView,
} from './events.ts';
import type { JourneyKey } from './journey/bff-client.ts';
import type { Phase } from './journey/phase.ts';
import type { Presentation } from './journey/popup.ts';
import { type CustomerToken, customerOf, type JourneySettings } from './journey/settings.ts';
import { JourneyController, type Note } from './journey-controller.ts';
import { type Language, localeFor, textsOf } from './language.ts';
import { type Button, panelOf, valuesOf } from './panel.ts';
import { type Say, speaker, type Texts } from './strings.ts';
import { type Bank, draw } from './view.ts';

const EVENTS = {
  launch: AttoLaunchEvent,
  status: AttoStatusEvent,
  complete: AttoCompleteEvent,
  error: AttoErrorEvent,
  cancel: AttoCancelEvent,
};

/**
 * @summary Connects a bank through Atto Connect: starts the journey, takes the customer back, and shows how it stands
 *   until the data is ready.
 *
 * @attr {string} form - The id of the form that it belongs to, where that is not around it.
 *
 * @event {AttoLaunchEvent} atto-launch - The customer is about to leave for the bank. Cancelable.
 * @event {AttoStatusEvent} atto-status - The journey, or the progress of its data, changed.
 * @event {AttoCompleteEvent} atto-complete - What `wait-for` names has come. For each launch exactly one of this,
 *   `atto-error` and `atto-cancel`, unless the page itself ends it: by `reset()`, another customer, or taking the element
 *   away. What changes afterwards is told by `atto-status`.
 * @event {AttoErrorEvent} atto-error - The launch failed.
 * @event {AttoCancelEvent} atto-cancel - The customer stopped.
 *
 * @slot - Replaces the launch button; a click on what is in it starts, and does nothing else.
 * @slot ready - More to say in this phase. There is one such slot for each: `starting`, `away`, `returned`, `checking`, `waiting`,
 *   `done`, `failed`, `cancelled`, `renew-soon`, `expired`, `elsewhere`, `disowned`, `disconnected`.
 *
 * @csspart panel - Everything.
 * @csspart sign - The sign at the start.
 * @csspart message - Title and texts, announced to screen readers when they change.
 * @csspart title - What is the case.
 * @csspart text - What that means.
 * @csspart steps - How far the data is.
 * @csspart reference - What to tell support.
 * @csspart button - Any button.
 * @csspart primary - The main button.
 * @csspart quiet - A button beside it.
 * @csspart bank - The button of a bank that the page offers.
 * @csspart logo - Its logo, or its initial.
 * @csspart copy - The button that copies the reference.
 *
 * @cssproperty [--atto-accent] - Main button and progress. Set `--atto-accent-text` with it.
 * @cssproperty [--atto-accent-text] - Text on the accent.
 * @cssproperty [--atto-background=Canvas] - Behind everything.
 * @cssproperty [--atto-text=CanvasText] - Title and texts.
 * @cssproperty [--atto-border] - Around the panel and the quiet button.
 * @cssproperty [--atto-attention] - Sign that something is to be decided.
 * @cssproperty [--atto-bad] - Sign of failure.
 * @cssproperty [--atto-radius=12px] - Corners.
 *
 * @cssstate ready - The phase is a custom state, so is every other: `atto-connect:state(done)`.
 */
export class AttoConnect extends LitElement implements JourneySettings {
  static override styles = styles;
  static formAssociated = true;
  static override properties = {
    bff: {},
    partner: {},
    customerToken: { attribute: 'customer-token' },
    configId: { attribute: 'config-id' },
    providerId: { attribute: 'provider-id' },
    bankCode: { attribute: 'bank-code' },
    countryCode: { attribute: 'country-code' },
    consentId: { attribute: 'consent-id' },
    returnTo: { attribute: 'return-to' },
    presentation: {},
    locale: {},
    dir: { reflect: true },
    lang: { reflect: true },
    name: { reflect: true },
    waitFor: { attribute: 'wait-for' },
    dataTimeout: { attribute: 'data-timeout', type: Number },
    required: { type: Boolean },
    // It is the attribute, see below; named here for what is set before the element is defined.
    disabled: { type: Boolean, noAccessor: true },
    layout: { reflect: true },
    strings: { attribute: false },
    banks: { attribute: false },
  };
  /** The shadow root passes the focus on: to where a form says that something is missing, or a label leads. */
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };

  /** The languages that there are, by primary subtag (`de`). Add to it before the first element is in the page. */
  static readonly languages = new Map<string, Language>([['en', {}]]);

  /** The address of the bff, absolute or relative to the page. */
  declare bff: string;
  /** The partner's id at the bff. */
  declare partner: string;
  /** A JWT that says who the customer is, or a function that fetches one. Without it the customer is a guest. */
  declare customerToken?: CustomerToken | null | undefined;
  /**
   * One of the partner's configurations at Atto. Default: its first. Of several widgets in a page the one that has the
   * same shows a return; so with `consent-id`.
   */
  declare configId?: string | undefined;
  /** The bank, if it is known already: Atto's id of it. */
  declare providerId?: string | undefined;
  /** The same by the bank's own code; goes together with `country-code`. */
  declare bankCode?: string | undefined;
  /** ISO 3166-1 alpha-2. */
  declare countryCode?: string | undefined;
  /** The consent that exists already: it is shown how it stands, and renewed. The customer token names it too (`consent_id`). */
  declare consentId?: string | undefined;
  /** The name of a registered return URL. Default: the partner's first. */
  declare returnTo?: string | undefined;
  /**
   * How the bank's page is opened. `redirect`: instead of this page, which is left; save at `atto-launch` what was typed.
   * `popup`: in a window of its own, which takes a click; without one, and where the browser blocks it, as `redirect`.
   * `auto` (default): `popup` with a mouse, `redirect` on touch screens.
   */
  declare presentation?: Presentation | undefined;
  /** BCP 47 language tag, here and on the bank's page. Default: the document's language, else the browser's. */
  declare locale?: string | undefined;
  /** The language, as `locale` but for the bank's page: HTML's own attribute, here and on any element around. */
  declare lang: string;
  /** The direction of writing. Default: that of the language. */
  declare dir: string;
  /** The name of the form field. */
  declare name?: string | undefined;
  /** What `atto-complete` waits for: `connected`, or `data`. Default: `connected`. */
  declare waitFor?: 'connected' | 'data' | undefined;
  /** How long `wait-for="data"` waits once connected, in seconds. Default: 600. */
  declare dataTimeout?: number | undefined;
  /** The form needs a connected bank. */
  declare required: boolean;
  /** `compact`: without frame, sign and introduction. */
  declare layout?: 'full' | 'compact' | undefined;
  /** Texts to use instead of ours, whatever the language. */
  declare strings?: Texts | undefined;
  /** Banks that are offered by name, each with a button that starts with it. */
  declare banks?: readonly Bank[] | undefined;

  readonly #controller: JourneyController = new JourneyController(this, {
    changed: () => this.requestUpdate(),
    tell: (what) => {
      // Whoever hears how it ended may send the form at once.
      if (what !== 'launch') this.performUpdate();
      const { view, error } = this.#controller;
      return this.dispatchEvent(new EVENTS[what](`atto-${what}`, view as ConnectedView, error as AttoConnectError));
    },
    navigate: (url) => this.navigate(url),
    focusAgain: () => void this.#focusAgain(),
  });
  readonly #internals = this.attachInternals?.() as ElementInternals;
  /** The bff, partner, customer and consent for which it is known, or being found out, where things stand. */
  #begun: string | undefined;
  #focused?: string | null | undefined;
  #isDisabled = false;
  #say!: Say;

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
    this.#controller.attach();
    this.requestUpdate();
  }

  /** A page that moves the element, as frameworks do to put a list in order, takes it out and puts it in again at once. */
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#controller.detach();
      this.#begun = undefined;
    });
  }

  /** Nothing can be started. A `fieldset` around may say so too. */
  get disabled(): boolean {
    return this.hasAttribute('disabled');
  }

  set disabled(isDisabled: boolean) {
    this.toggleAttribute('disabled', !!isDisabled);
  }

  /** The receipt, which is what the form carries; null as long as the journey has connected no bank. */
  get value(): string | null {
    return this.journey?.receipt ?? null;
  }

  /**
   * The form that it belongs to.
   *
   * @readonly
   */
  get form(): HTMLFormElement | null {
    return this.#internals.form;
  }

  // For React 19, which sets what it finds on an element: the attribute is what is meant.
  set form(id: string) {
    this.setAttribute('form', id);
  }

  /** `valueMissing` as long as it is `required` and no bank is connected. */
  get validity(): ValidityState {
    return this.#internals.validity;
  }

  /** What the form says then, in the language. */
  get validationMessage(): string {
    return this.#internals.validationMessage;
  }

  /** Whether the form could be sent as far as this field goes. */
  checkValidity(): boolean {
    return this.#internals.checkValidity();
  }

  /** The same, and says what is missing. */
  reportValidity(): boolean {
    return this.#internals.reportValidity();
  }

  /**
   * Leaves for the bank, as a click on the button does. Never rejects: what goes wrong is told by `atto-error`.
   *
   * @param providerId a bank other than the page's; empty: any that the customer chooses
   */
  async start(providerId?: string): Promise<void> {
    // Only so does what was set before the element was defined have effect already.
    this.performUpdate();
    if (this.#isDisabled) return;
    this.#begun = this.#whose;
    return this.#controller.start(providerId);
  }

  /** Stops the journey, as long as no bank is connected. */
  cancel(): Promise<void> {
    return this.#controller.cancel();
  }

  /** Ends the connection that the journey made. */
  disconnect(): Promise<void> {
    return this.#controller.disconnect();
  }

  /** Forgets the journey and shows the beginning again. Call it when the customer signs out. */
  reset(): void {
    this.#controller.reset();
  }

  /** Shows a journey, `{ journeyId, journeyToken }`, that the page got from its own server. If it has ended, that is told, each time. */
  resume(key: JourneyKey): Promise<void> {
    // As in `start`.
    this.performUpdate();
    this.#begun = this.#whose;
    return this.#controller.resume(key);
  }

  /** Sends the browser to the bank; a page inside an app may override this. */
  protected navigate(url: string): void {
    location.assign(url);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#focused = this.#focusedText;
    // Only now, since a page may set attributes after it has inserted the element.
    if (!this.isConnected || this.#begun === this.#whose) return;
    this.#begun = this.#whose;
    // A page may well name what has just been connected: that is no other consent.
    if (this.consentId && changed.has('consentId') && this.consentId === this.journey?.consent?.id) return;
    void this.#controller.begin();
  }

  protected override updated(): void {
    // A button that was pressed and is gone must not leave the keyboard's user at the top of the page, nor at another one.
    if (this.#focused != null && this.#focused !== this.#focusedText) this.#focusMessage();
    this.#reflect();
  }

  protected override render() {
    const controller = this.#controller;
    const { phase, error } = controller;
    const { languages } = AttoConnect;
    const locale = localeFor(this, languages);
    const changed = () => this.requestUpdate();
    const texts = textsOf(locale.language, languages, changed);
    this.#say = speaker(valuesOf(controller, locale), this.strings, texts);
    const panel = panelOf(controller, Boolean(this.customerToken), this.#say);
    const view = {
      ...panel,
      phase,
      lang: `${locale}`,
      dir: this.dir || this.#say('dir'),
      banks: ((phase === 'ready' && this.banks) || []).filter((bank) => bank?.name),
      disabled: this.#isDisabled,
      reference: error?.reference,
      // White space is nothing, though a slot would take it for something.
      isReplaced: !!this.querySelector(':scope > :not([slot],noscript,script,style,template)'),
    };
    return texts ? draw(view, this.#say, (button, providerId) => this.#press(button, providerId), changed) : noChange;
  }

  get #focusedText(): string | null | undefined {
    return (
      this.shadowRoot?.activeElement?.textContent ?? this.querySelector(':scope > :focus-within')?.assignedSlot?.name
    );
  }

  get #whose(): string {
    const { bff, partner, consentId, customerToken: token } = this;
    // Another function may well be the same one, made anew.
    return `${[bff, partner, consentId, typeof token === 'function' || customerOf(token)]}`;
  }

  #press(name: Button, providerId?: string): void {
    const controller = this.#controller;
    const remark = (note: Note | null) => {
      controller.note = note;
      this.requestUpdate();
    };
    if (name === 'copy') {
      // Where a page may not copy, people still can.
      navigator.clipboard.writeText(`${controller.error?.reference}`).then(
        () => remark('copied'),
        () => {},
      );
      return;
    }
    // The question stays until it is answered.
    if (name !== 'disconnect') remark(name === 'leave' ? 'leaving' : null);
    if (name === 'leave' || name === 'keep') return;
    if (name === 'disconnect' || name === 'cancel' || name === 'disown') void controller[name]();
    else if (name === 'there') void controller.goThere();
    else if (name === 'here') void controller.continueHere();
    else void this.start(name === 'another' ? '' : providerId);
  }

  /** Takes the focus that the bank's window had, unless the customer is at something else in this page. */
  async #focusAgain(): Promise<void> {
    await this.updateComplete;
    const { activeElement } = document;
    if (activeElement && activeElement !== document.body) return;
    this.#focusMessage();
  }

  /** Not the next button: whoever still holds the key down would press that too. */
  #focusMessage(): void {
    this.renderRoot.querySelector<HTMLElement>('[role]')?.focus();
  }

  // By the attribute, or by a `fieldset` around.
  formDisabledCallback(isDisabled: boolean): void {
    this.#isDisabled = isDisabled;
    this.requestUpdate();
  }

  // As when the page was loaded: the consent that it names is looked at again.
  formResetCallback(): void {
    this.#begun = undefined;
    this.reset();
  }

  /** Gives the receipt to the form, or says that it is missing; shows the phase to style sheets. */
  #reflect(): void {
    const internals = this.#internals;
    internals.setFormValue(this.value);
    // The consent that the page names needs no receipt, nor has it one.
    const valueMissing = this.required && !this.value && (this.#controller.standing?.renew ?? 'now') === 'now';
    const { renderRoot } = this;
    const anchor = renderRoot.querySelector('button') ?? renderRoot.querySelector<HTMLElement>('[role]') ?? undefined;
    internals.setValidity({ valueMissing }, this.#say('required') || ' ', anchor);
    // Browsers of before 2024 know no states, or only those that begin with two hyphens.
    try {
      internals.states.clear();
      internals.states.add(this.phase);
    } catch {}
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'atto-connect': AttoConnect;
  }
}
