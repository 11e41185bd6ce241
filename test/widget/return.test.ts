import { expect } from '@open-wc/testing';
import { readReturn } from '../../widget/src/journey/return.ts';

const always = () => true;
const never = () => false;
const origin = 'https://shop.example';

describe('a return by handle', () => {
  const cleaned: [address: string, without: string][] = [
    ['/apply#atto_return=abc', '/apply'],
    ['/apply?a=1&b=%20x+y#atto_return=abc', '/apply?a=1&b=%20x+y'],
    ['/apply#section&atto_return=abc', '/apply#section'],
    ['/apply#x=1&atto_return=abc&y=2', '/apply#x=1&y=2'],
    ['/apply#atto_return=abc&y=2', '/apply#y=2'],
    ['/#/route?atto_return=abc', '/#/route'],
    ['/#/route?atto_return=abc&tab=2', '/#/route?tab=2'],
    ['//evil.example/apply#atto_return=abc', '//evil.example/apply'],
  ];
  for (const [address, without] of cleaned) {
    it(`leaves ${without} of ${address}`, () => {
      const reading = readReturn(origin + address, never);
      expect(reading).to.deep.equal({ returned: { handle: 'abc' }, href: origin + without });
    });
  }

  it('is not seen in a parameter of another name', () => {
    expect(readReturn(`${origin}/#xatto_return=abc`, always)).to.equal(null);
    expect(readReturn(`${origin}/?atto_return=abc`, always)).to.equal(null);
  });

  it('is taken out of the address and otherwise ignored when it is malformed', () => {
    const reading = readReturn(`${origin}/#atto_return=../../admin`, always);
    expect(reading).to.deep.equal({ returned: null, href: `${origin}/` });
  });
});

describe('a return by parameters', () => {
  it('is read, and exactly its five parameters are taken out', () => {
    const address = `${origin}/apply?z=1&customer_ref=u.1&state=error&error=access_denied&error_description=no%20way&consent_id=c1&q=%C3%A9+1#top`;
    expect(readReturn(address, always)).to.deep.equal({
      returned: {
        customerRef: 'u.1',
        state: 'error',
        error: 'access_denied',
        errorDescription: 'no way',
        consentId: 'c1',
      },
      href: `${origin}/apply?z=1&q=%C3%A9+1#top`,
    });
  });

  it('leaves no question mark behind', () => {
    const reading = readReturn(`${origin}/?customer_ref=u.1&state=success&consent_id=c1`, always);
    expect(reading?.href).to.equal(`${origin}/`);
  });

  it('is only ours for a reference that is pending here', () => {
    const address = `${origin}/?customer_ref=u.1&state=success&consent_id=c1`;
    expect(readReturn(address, (reference) => reference === 'u.2')).to.equal(null);
    expect(readReturn(address, (reference) => reference === 'u.1')).not.to.equal(null);
  });

  for (const foreign of ['?code=1&state=af0ifjsldkj', '?error=access_denied&state=error', '?customer_ref=u.1', '']) {
    it(`is not seen in "${foreign}", which is somebody else's`, () => {
      expect(readReturn(`${origin}/${foreign}`, (reference) => reference === 'u.1')).to.equal(null);
    });
  }
});
