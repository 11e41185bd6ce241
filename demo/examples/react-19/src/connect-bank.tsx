// #region readme
import '@atto-connect/widget/react';
import { useState } from 'react';

/** Your own server knows who is signed in, and signs it. */
const customerToken = async () => (await fetch('/customer-token', { signal: AbortSignal.timeout(10_000) })).text();

export function ConnectBank() {
  const [bank, setBank] = useState<string | null>();
  return (
    <>
      <atto-connect
        bff="https://bank.example.com"
        partner="acme"
        customerToken={customerToken}
        onatto-complete={({ journey }) => setBank(journey.consent?.providerName)}
      />
      {bank && <output>Connected: {bank}</output>}
    </>
  );
}
// #endregion
