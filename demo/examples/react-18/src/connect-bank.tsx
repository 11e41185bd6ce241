// #region readme
import type { AttoCompleteEvent, AttoConnect } from '@atto-connect/widget';
import '@atto-connect/widget/react-18';
import { useEffect, useRef, useState } from 'react';

/** Your own server knows who is signed in, and signs it. */
const customerToken = async () => (await fetch('/customer-token', { signal: AbortSignal.timeout(10_000) })).text();

export function ConnectBank() {
  const element = useRef<AttoConnect>(null);
  const [bank, setBank] = useState<string | null>();

  // React 18 sets attributes only: properties and events go through the element.
  useEffect(() => {
    const { current } = element;
    if (!current) return;
    current.customerToken = customerToken;
    const complete = ({ journey }: AttoCompleteEvent) => setBank(journey.consent?.providerName);
    current.addEventListener('atto-complete', complete);
    return () => current.removeEventListener('atto-complete', complete);
  }, []);

  return (
    <>
      <atto-connect ref={element} bff="https://bank.example.com" partner="acme" />
      {bank && <output>Connected: {bank}</output>}
    </>
  );
}
// #endregion
