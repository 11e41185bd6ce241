// #region readme
'use client';

import type { AttoCompleteEvent, AttoConnect } from '@atto-connect/widget';
import '@atto-connect/widget/react';
import { useCallback, useState } from 'react';

export function ConnectBank({ customerToken }: { customerToken: string }) {
  const [bank, setBank] = useState<string | null>();

  // On an element that the server wrote, React 19 sets attributes only (github.com/react/react/issues/35446).
  const listen = useCallback((element: AttoConnect) => {
    const complete = ({ journey }: AttoCompleteEvent) => setBank(journey.consent?.providerName);
    element.addEventListener('atto-complete', complete);
    return () => element.removeEventListener('atto-complete', complete);
  }, []);

  return (
    <>
      <atto-connect ref={listen} bff="https://bank.example.com" partner="acme" customer-token={customerToken} />
      {bank && <output>Connected: {bank}</output>}
    </>
  );
}
// #endregion
