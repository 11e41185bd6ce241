/** Something that was said, and where. */
export interface Place {
  readonly where: string;
  readonly text: string;
}

/** Where a secret is found, plain or in any of its disguises. */
export function tracesOf(secret: string, places: readonly Place[]): string[] {
  const disguises = disguisesOf(secret);
  return places.filter(({ text }) => disguises.some((disguise) => text.includes(disguise))).map(({ where }) => where);
}

function disguisesOf(secret: string): string[] {
  const inBase64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.from('_'.repeat(offset) + secret).toString('base64url');
    // What is before and after it changes the characters at both ends.
    return encoded.slice(offset === 0 ? 0 : offset + 1, -3);
  });
  const asStandard = inBase64.map((text) => text.replaceAll('-', '+').replaceAll('_', '/'));
  const form = new URLSearchParams({ x: secret }).toString().slice(2);
  const hex = Buffer.from(secret).toString('hex');
  return [
    secret,
    encodeURIComponent(secret),
    form,
    hex,
    ...inBase64,
    ...asStandard,
    JSON.stringify(secret).slice(1, -1),
  ];
}
