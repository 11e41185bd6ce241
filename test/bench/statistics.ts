export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** @param share 0.95 for the value that nineteen of twenty do not exceed */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length * share)] ?? 0;
}
