import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ConnectBank } from './connect-bank.tsx';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <h1>Your application</h1>
      <ConnectBank />
    </StrictMode>,
  );
}
