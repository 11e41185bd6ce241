/**
 * "What just happened": the journey retold for people who watch, step by step. Kept in sessionStorage, so that the whole
 * story is there after the redirect.
 */

export type StepName = keyof typeof chapters;

interface Step {
  name: StepName;
  /** Milliseconds since the epoch. */
  at: number;
  /** Who or what it was about: a name, a bank, an error code. */
  about?: string;
}

interface Chapter {
  title: string;
  text: string;
  /** Who talked to whom, in order. */
  route: string[];
  tone?: 'good' | 'bad';
}

const KEY = 'larkfield.story';

/** `{}` stands for what the step was about. */
const chapters = {
  opened: {
    title: 'The page opened',
    text: 'Larkfield’s own server sent this page. The connect button came from the connection server, pinned by its hash: an altered script would not run.',
    route: ['Larkfield', 'Browser'],
  },
  'signed-in': {
    title: '{} signed in',
    text: 'The session is a cookie that no script can read. Only Larkfield’s server knows which of its customers this is.',
    route: ['Browser', 'Larkfield'],
  },
  guest: {
    title: 'A guest came in',
    text: 'Larkfield does not know who this is, so the connection server will make up a reference that nobody can guess.',
    route: ['Browser'],
  },
  launched: {
    title: '“Connect” was pressed',
    text: 'Larkfield’s server vouched for {} with a signed note, good for minutes. For that the connection server opened a journey and gave out an address that works once.',
    route: ['Larkfield', 'Browser', 'Connection server'],
  },
  'launched-as-guest': {
    title: '“Connect” was pressed',
    text: 'Larkfield allows guests, so nobody had to vouch. The connection server opened a journey and gave out an address that works once.',
    route: ['Browser', 'Connection server'],
  },
  left: {
    title: 'Off to the bank',
    text: 'Through that one-time address to Atto’s pages, and on to the bank. What is typed there this page never sees.',
    route: ['Browser', 'Connection server', 'Atto'],
  },
  back: {
    title: 'Back again',
    text: 'The address that led back claims how it went. Addresses are easily faked, so nothing is believed yet.',
    route: ['Atto', 'Connection server', 'Browser'],
  },
  connected: {
    title: 'Verified: {} is connected',
    text: 'The connection server asked Atto itself. The consent is active and fresh, was made for this very journey, and ended in the browser that began it.',
    route: ['Connection server', 'Atto', 'Connection server', 'Browser'],
    tone: 'good',
  },
  renewed: {
    title: 'Verified: {} stays connected',
    text: 'The connection server asked Atto itself: it is the same consent, it is active, and it ends later than before.',
    route: ['Connection server', 'Atto', 'Connection server', 'Browser'],
    tone: 'good',
  },
  Partial: {
    title: 'The first data is in',
    text: 'Atto sent word by webhook. This page was waiting on an open request and knew at once, without asking again and again.',
    route: ['Atto', 'Connection server', 'Browser'],
  },
  Complete: {
    title: 'Every account has been read',
    text: 'Balances and transactions are complete. Enough for many decisions.',
    route: ['Atto', 'Connection server', 'Browser'],
  },
  Processed: {
    title: 'The data is ready',
    text: 'Sorted into income and spending. Larkfield’s server can read it now, with a key of its own that never comes near this page.',
    route: ['Atto', 'Connection server', 'Browser'],
    tone: 'good',
  },
  'data-error': {
    title: 'The data could not be read',
    text: 'The bank is connected, but Atto reports that reading the accounts went wrong.',
    route: ['Atto', 'Connection server', 'Browser'],
    tone: 'bad',
  },
  complete: {
    title: 'The page was told: done',
    text: 'One event, atto-complete, with a verified result in it. Larkfield’s form may be sent.',
    route: ['Browser'],
    tone: 'good',
  },
  cancelled: {
    title: 'The customer stopped',
    text: 'A free choice, so nothing sounds like a fault. Nothing was shared, and one press begins again.',
    route: ['Atto', 'Connection server', 'Browser'],
  },
  failed: {
    title: 'It did not work out',
    text: 'Atto’s word for it is “{}”. The customer got a plain sentence and the next thing to do.',
    route: ['Atto', 'Connection server', 'Browser'],
    tone: 'bad',
  },
  'on-file': {
    title: 'The bank is on file',
    text: 'Larkfield kept the consent that the receipt named. Its signed note names it too now, so the connection server says how it stands: to this customer, and nobody else.',
    route: ['Larkfield', 'Browser', 'Connection server'],
  },
  checked: {
    title: 'Larkfield checked the receipt',
    text: 'A page can be made to say anything, so its word was not enough. The receipt is signed by the connection server: which bank, whose, and for whom. It counts once.',
    route: ['Browser', 'Larkfield'],
    tone: 'good',
  },
  sent: {
    title: 'The application was sent',
    text: 'To Larkfield’s own server, as {}.',
    route: ['Browser', 'Larkfield'],
    tone: 'good',
  },
} satisfies Record<string, Chapter>;

/** Keeps the steps, and shows them in the list. */
export class Story {
  readonly #list: HTMLElement;
  readonly #count: HTMLElement;
  readonly #steps: Step[] = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');

  constructor(list: HTMLElement, count: HTMLElement) {
    this.#list = list;
    this.#count = count;
    for (const step of this.#steps) {
      this.#show(step);
    }
  }

  get last(): StepName | undefined {
    return this.#steps.at(-1)?.name;
  }

  /** Within one attempt each step is told once, however often the widget mentions it. */
  tell(name: StepName, about?: string): void {
    const attempt = this.#steps.slice(this.#steps.findLastIndex((step) => isLaunch(step.name)) + 1);
    if (!isLaunch(name) && attempt.some((step) => step.name === name && step.about === about)) {
      return;
    }
    const step: Step = { name, at: Date.now(), ...(about && { about }) };
    this.#steps.push(step);
    sessionStorage.setItem(KEY, JSON.stringify(this.#steps));
    this.#show(step);
  }

  showLatest(): void {
    this.#list.lastElementChild?.scrollIntoView({ block: 'nearest' });
  }

  forget(): void {
    sessionStorage.removeItem(KEY);
  }

  #show({ name, at, about = '' }: Step): void {
    const { title, text, route, tone }: Chapter = chapters[name];
    const item = document.createElement('li');
    item.className = 'step';
    item.dataset['step'] = name;
    item.dataset['tone'] = tone ?? '';
    const heading = element('h3', title.replace('{}', about));
    const time = element('time', new Date(at).toLocaleTimeString('en-GB'));
    time.setAttribute('datetime', new Date(at).toISOString());
    heading.append(time);
    const talk = element('ul', '');
    talk.className = 'route';
    talk.append(...route.map((who) => element('li', who)));
    item.append(heading, element('p', text.replace('{}', about)), talk);
    this.#list.append(item);
    this.#count.textContent = String(this.#steps.length);
    this.showLatest();
  }
}

/** True of the steps that begin an attempt. */
export function isLaunch(name: StepName | undefined): boolean {
  return name === 'launched' || name === 'launched-as-guest';
}

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
