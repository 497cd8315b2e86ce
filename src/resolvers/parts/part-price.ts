import { type Column, MONEY } from '../columns.ts';

const MAX_UNIT_PRICE = 999_999_999;
/** Times the highest price this is the most that total_cost holds. */
export const MAX_QUANTITY = 100_000;

/** Price of one part. */
export const UNIT_PRICE: Column = {
  ...MONEY,
  problem: (value) =>
    Number(value) > MAX_UNIT_PRICE ? `The price of a part is at most ${MAX_UNIT_PRICE}.` : MONEY.problem(value),
};
