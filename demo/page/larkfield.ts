/** What the page asks of Larkfield's own server. */

export interface Customer {
  reference: string;
  name: string;
  email: string;
  monthlyIncome: number;
}

export interface Session {
  customer: Customer | null;
  /** The consent that Larkfield has on file for them. */
  consentId: string | null;
  /** Everyone who can be signed in as; a real lender would ask for a password instead. */
  customers: Customer[];
}

export interface PresenterBank {
  name: string;
  countryCode: string;
  providerId: string;
  bankCode?: string;
}

export async function getSession(): Promise<Session> {
  return (await ask('GET', '/session')).json();
}

export async function signIn(reference: string): Promise<void> {
  await ask('POST', '/session', { reference });
}

export async function signOut(): Promise<void> {
  await ask('DELETE', '/session');
}

/** A signed note on who is signed in, for the widget to show to the bff. */
export async function customerToken(): Promise<string> {
  const { token } = await (await ask('POST', '/session/customer-token')).json();
  return token;
}

export async function sendApplication(values: Record<string, unknown>): Promise<string> {
  const { number } = await (await ask('POST', '/applications', values)).json();
  return number;
}

/** What the presenter may choose from, and where Atto's side of things can be watched. */
export async function presenterChoices(): Promise<{ banks: PresenterBank[]; attoUrl?: string }> {
  return (await ask('GET', '/presenter.json')).json();
}

/** Forgets every bank that is on file, for the next showing. */
export async function forgetConnections(): Promise<void> {
  await ask('DELETE', '/presenter/connections');
}

/** How an invitation by e-mail stands, in Atto's words. */
export interface Invitation {
  id: string;
  emailState: string | null;
  connectionStatus: string;
}

export async function invite(reference: string): Promise<Invitation> {
  return (await ask('POST', '/presenter/invitations', { reference })).json();
}

export async function invitation(id: string): Promise<Invitation> {
  return (await ask('GET', `/presenter/invitations/${id}`)).json();
}

async function ask(method: string, path: string, body?: unknown): Promise<Response> {
  const answer = await fetch(path, {
    method,
    ...(body !== undefined && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) {
    throw new Error(`Larkfield answered ${answer.status} to ${method} ${path}`);
  }
  return answer;
}
