/** The loan application: figures that follow the slider, and values that survive the trip to the bank. */

const KEY = 'larkfield.application';
const YEARLY_RATE = 0.069;
const pounds = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP', maximumFractionDigits: 0 });

export interface Applicant {
  name: string;
  email: string;
  monthlyIncome: number;
}

type Field = HTMLInputElement | HTMLSelectElement;

/** Brings the form to life and puts back what was typed before the browser left. */
export function restoreForm(form: HTMLFormElement): void {
  const kept: Record<string, string> = JSON.parse(sessionStorage.getItem(KEY) ?? '{}');
  for (const field of fields(form)) {
    field.value = kept[field.name] ?? field.value;
  }
  form.addEventListener('input', (event) => {
    sessionStorage.setItem(
      KEY,
      JSON.stringify(Object.fromEntries(fields(form).map(({ name, value }) => [name, value]))),
    );
    (event.target as Element).removeAttribute('aria-invalid');
    (event.target as Element).removeAttribute('aria-describedby');
    showEstimate(form);
  });
  showEstimate(form);
}

/** Fills in what the lender knows, except where the customer has written something else. */
export function fillIn(form: HTMLFormElement, applicant: Applicant): void {
  for (const field of fields(form)) {
    const known = applicant[field.name as keyof Applicant];
    if (known !== undefined && field.value === '') {
      field.value = String(known);
    }
  }
}

/**
 * Marks what is missing or wrong, leads to the first of it, and says in a sentence what that is; empty if all is well.
 *
 * @param problemId of the element in which that sentence will be read
 */
export function checkForm(form: HTMLFormElement, problemId: string): string {
  const faulty = fields(form).filter((field) => !field.checkValidity());
  for (const field of faulty) {
    field.setAttribute('aria-invalid', 'true');
    field.setAttribute('aria-describedby', problemId);
  }
  const [first] = faulty;
  first?.focus();
  return first ? `${first.labels?.[0]?.textContent?.trim()}: ${first.validationMessage}` : '';
}

/** What to send. */
export function readForm(form: HTMLFormElement): Record<string, unknown> {
  const numbers = ['amount', 'months', 'monthlyIncome'];
  return Object.fromEntries(
    fields(form).map(({ name, value }) => [name, numbers.includes(name) ? Number(value) : value]),
  );
}

export function forgetForm(): void {
  sessionStorage.removeItem(KEY);
}

function showEstimate(form: HTMLFormElement): void {
  const amount = Number(form.querySelector<HTMLInputElement>('[name=amount]')?.value);
  const months = Number(form.querySelector<HTMLSelectElement>('[name=months]')?.value);
  const monthlyRate = (1 + YEARLY_RATE) ** (1 / 12) - 1;
  const monthly = (amount * monthlyRate) / (1 - (1 + monthlyRate) ** -months);
  show(form, '#amount-shown', amount);
  show(form, '#monthly', monthly);
  show(form, '#total', monthly * months);
}

function show(form: HTMLFormElement, selector: string, sum: number): void {
  const target = form.querySelector(selector);
  if (target) {
    target.textContent = pounds.format(sum);
  }
}

function fields(form: HTMLFormElement): Field[] {
  return [...form.querySelectorAll<Field>('input[name], select[name]')];
}
