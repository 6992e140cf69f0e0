// Numbers of charts: short ones for axes, and sums of any size, which the API writes as digits.
const SHORT = new Intl.NumberFormat(undefined, { notation: 'compact', maximumSignificantDigits: 3 });
const WHOLE = new Intl.NumberFormat();
const PERCENT = new Intl.NumberFormat(undefined, { style: 'percent', maximumSignificantDigits: 3 });

const withMinus = (text: string) => text.replace('-', '−');

/** 12.3K */
export const shortNumber = (value: number) => withMinus(SHORT.format(value));
/** From digits, exactly. */
export const sumText = (sum: string | bigint) => withMinus(WHOLE.format(BigInt(sum)));
export const signedSum = (sum: string | bigint) => {
  const value = BigInt(sum);
  return `${value > 0n ? '+' : ''}${sumText(value)}`;
};
/** A share from 0 to 1. */
export const percent = (share: number) => PERCENT.format(share);
