// #region readme
import { ConnectBank } from './connect-bank';
import { customerToken } from './customer-token';

/** Who is signed in is known only when somebody asks. */
export const dynamic = 'force-dynamic';

export default async function Page() {
  return (
    <main>
      <h1>Your application</h1>
      <ConnectBank customerToken={await customerToken('cust-1042')} />
    </main>
  );
}
// #endregion
