// #region readme
'use client';

import '@atto-connect/widget/react';
import { useState } from 'react';

export function ConnectBank({ customerToken }: { customerToken: string }) {
  const [bank, setBank] = useState<string | null>();
  return (
    <>
      <atto-connect
        bff="https://bank.example.com"
        partner="acme"
        customer-token={customerToken}
        onatto-complete={({ journey }) => setBank(journey.consent?.providerName)}
      />
      {bank && <output>Connected: {bank}</output>}
    </>
  );
}
// #endregion
