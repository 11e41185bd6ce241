/** The application page of Larkfield, an invented lender, with the widget in it. */
import { checkForm, fillIn, forgetForm, readForm, restoreForm } from './application-form.ts';
import { useInviting } from './invite.ts';
import {
  type Customer,
  customerToken,
  forgetConnections,
  getSession,
  sendApplication,
  signIn,
  signOut,
} from './larkfield.ts';
import { forgetPresenter, usePresenterControls } from './presenter.ts';
import { Story } from './story.ts';
import { tellTheJourney, type Widget } from './tell-the-journey.ts';

const GUEST_KEY = 'larkfield.guest';

const widget = byId<Widget>('bank');
const form = byId<HTMLFormElement>('application');
const story = new Story(byId('steps'), byId('story-count'));

let signedInAs: Customer | null = null;
if (story.last === undefined) {
  story.tell('opened');
}
tellTheJourney(widget, story, () => signedInAs?.name);

byId<HTMLDetailsElement>('story').open = matchMedia('(width >= 64rem)').matches;
restoreForm(form);
void usePresenterControls(byId('presenter-controls'), widget);
useInviting(byId<HTMLButtonElement>('invite'), byId('invited'));
void enter();

byId('story').addEventListener('toggle', () => story.showLatest());
byId('as-guest').addEventListener('click', () => {
  sessionStorage.setItem(GUEST_KEY, 'yes');
  void enter().then(goOn);
});
byId('sign-out').addEventListener('click', () => void beginAgain());
byId('start-over').addEventListener('click', () => void beginAgain());
byId('clear').addEventListener('click', () => void forgetConnections().then(beginAgain));
form.addEventListener('input', () => {
  byId('form-problem').hidden = true;
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void send();
});

/** Shows the application to whoever is signed in (or chose to be a guest), else the choice of who is applying. */
async function enter(): Promise<void> {
  const { customer, consentId, customers } = await getSession();
  const isGuest = sessionStorage.getItem(GUEST_KEY) !== null;
  signedInAs = customer;
  byId('sign-in').hidden = customer !== null || isGuest;
  form.hidden = customer === null && !isGuest;
  byId('signed-in').hidden = form.hidden;
  byId('signed-in-as').textContent = customer?.name ?? 'Guest';
  byId('sign-out').textContent = customer ? 'Sign out' : 'Leave';
  byId('customers').replaceChildren(...customers.map(choice));
  if (story.last === 'back') {
    // Whoever comes back from the bank wants to see what became of it, not the top of the form.
    widget.scrollIntoView({ block: 'center' });
  }
  if (customer) {
    fillIn(form, customer);
    await customElements.whenDefined('atto-connect');
    Object.assign(widget, { customerToken, consentId });
  }
  if (story.last === 'opened' && !form.hidden) {
    story.tell(customer ? 'signed-in' : 'guest', customer?.name);
    if (consentId) {
      story.tell('on-file');
    }
  }
}

/** The button that was pressed is gone: the keyboard goes on at the top of the form. */
function goOn(): void {
  byId('amount').focus();
}

function choice({ reference, name }: Customer): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'choice';
  const initials = document.createElement('span');
  initials.className = 'initials';
  initials.setAttribute('aria-hidden', 'true');
  initials.textContent = name.replaceAll(/(\w)\w*\s*/g, '$1');
  const strong = document.createElement('strong');
  strong.textContent = name;
  const small = document.createElement('small');
  small.textContent = `Larkfield customer ${reference}`;
  button.append(initials, strong, small);
  button.addEventListener('click', () => void signIn(reference).then(enter).then(goOn));
  return button;
}

async function send(): Promise<void> {
  const problem = checkForm(form, 'form-problem');
  if (problem) {
    complain(problem);
    return;
  }
  if (!widget.checkValidity?.()) {
    complain('Please connect your bank first: it takes the place of payslips.');
    widget.focus();
    return;
  }
  try {
    const number = await sendApplication({ ...readForm(form), ...(widget.value && { receipt: widget.value }) });
    if (widget.value) {
      story.tell('checked');
    }
    story.tell('sent', number);
    byId('application-number').textContent = number;
    form.hidden = true;
    byId('sent').hidden = false;
    byId('sent').focus();
  } catch {
    complain('That did not reach us. Please try again in a moment.');
  }
}

function complain(sentence: string): void {
  byId('form-problem').textContent = sentence;
  byId('form-problem').hidden = false;
}

/** Forgets this visit, here, in the widget and at the lender, so that the next showing starts clean. */
async function beginAgain(): Promise<void> {
  widget.reset?.();
  story.forget();
  forgetForm();
  forgetPresenter();
  sessionStorage.removeItem(GUEST_KEY);
  await signOut();
  location.reload();
}

function byId<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) {
    throw new Error(`The page has no #${id}.`);
  }
  return found as T;
}
