// #region readme
import { JourneyController } from '@atto-connect/widget/headless';

const button = document.querySelector('button');
const output = document.querySelector('output');

/** Your own server knows who is signed in, and signs it. */
const customerToken = async () => (await fetch('/customer-token', { signal: AbortSignal.timeout(10_000) })).text();

const journey = new JourneyController(
  { bff: 'https://bank.example.com', partner: 'acme', customerToken },
  {
    changed() {
      button.hidden = !['ready', 'failed', 'cancelled'].includes(journey.phase);
    },
    /** `launch`, which false stops; `status`; then one of `complete`, `error` and `cancel`. */
    tell(what) {
      if (what === 'complete') output.value = `Connected: ${journey.view?.consent?.providerName}`;
      if (what === 'error') output.value = journey.error?.message ?? '';
      return true;
    },
  },
);
button.addEventListener('click', () => void journey.start());
void journey.begin(); // on every page that the bank may lead back to
// #endregion
