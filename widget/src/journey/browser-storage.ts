/** The browser's storage, which may be full, forbidden or absent: nothing here throws. Values are JSON. */
export type Area = 'localStorage' | 'sessionStorage';

/** Null also where nothing readable is kept. */
export function stored<T>(area: Area, key: string): T | null {
  try {
    return JSON.parse(globalThis[area].getItem(key) ?? 'null') as T | null;
  } catch {
    return null;
  }
}

/** Keeps a value, or with null removes it. False: it could not be kept. */
export function store(area: Area, key: string, value: unknown): boolean {
  try {
    if (value === null) globalThis[area].removeItem(key);
    else globalThis[area].setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** The keys in use that begin like this. */
export function storedKeys(area: Area, prefix: string): string[] {
  try {
    return Object.keys(globalThis[area]).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}
