/** The presenter invites a customer by e-mail, and the page says how far that has come. */
import { type Invitation, invite, invitation as read } from './larkfield.ts';

const LOOKS_ONCE_CONNECTED = 15;
const LOOK_EVERY_MS = 1000;

/** @param button has the customer's reference in `data-customer` */
export function useInviting(button: HTMLButtonElement, status: HTMLElement): void {
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await follow(await invite(button.dataset['customer'] ?? ''), status);
    } catch {
      status.textContent = 'No e-mail could be sent just now.';
    } finally {
      button.disabled = false;
    }
  });
}

/** Until the customer has connected, or nothing can come of it any more. */
async function follow(sent: Invitation, status: HTMLElement): Promise<void> {
  let looksLeft = LOOKS_ONCE_CONNECTED;
  let current = sent;
  for (;;) {
    status.textContent = `E-mail: ${current.emailState ?? 'on its way'}. Connection: ${current.connectionStatus}.`;
    if (current.emailState === 'Failed') return;
    // The bank may be connected before it is known that the link was clicked.
    if (current.connectionStatus === 'Active') looksLeft -= 1;
    if (looksLeft === 0 || (current.connectionStatus === 'Active' && current.emailState === 'Clicked')) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    // What cannot be read this second can be the next.
    current = await read(current.id).catch(() => current);
  }
}
