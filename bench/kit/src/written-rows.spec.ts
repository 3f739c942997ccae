import { differencesPerOrder } from './written-rows.js';

describe('the rows that both servers write', () => {
  it('agree when each order has the same number of them, however many orders there are', () => {
    expect(differencesPerOrder({ orders: 10, order_history: 30 }, { orders: 25, order_history: 75 })).toEqual([]);
  });

  it('agree about a table that holds the same before any order', () => {
    expect(differencesPerOrder({ orders: 10, sku: 7 }, { orders: 25, sku: 7 })).toEqual([]);
  });

  it('agree when the product keeps something once', () => {
    expect(differencesPerOrder({ orders: 1_000, dependency_state: 1 }, { orders: 1_000, dependency_state: 0 })).toEqual([]);
  });

  it('are told apart when one server writes more into a table', () => {
    const differences = differencesPerOrder({ orders: 10, outbox: 20 }, { orders: 25, outbox: 0 });
    expect(differences).toEqual(['The product writes 2.00 rows an order into "outbox", the baseline 0.00: bring baseline.statements.ts up to date.']);
  });
});
