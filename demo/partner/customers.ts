/** Someone whom Larkfield knows already. Both are invented. */
export interface Customer {
  /** Larkfield's own reference: what a customer token names and the bff calls `customer`. */
  reference: string;
  name: string;
  email: string;
  monthlyIncome: number;
}

export const customers: readonly Customer[] = [
  { reference: 'cust-1042', name: 'Amara Holt', email: 'amara.holt@example.com', monthlyIncome: 3150 },
  { reference: 'cust-2077', name: 'Jonas Wren', email: 'jonas.wren@example.com', monthlyIncome: 2480 },
];
