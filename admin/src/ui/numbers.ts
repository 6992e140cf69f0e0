// Numbers with separators, and with a minus sign instead of a hyphen.
const WHOLE = new Intl.NumberFormat();
const SIGNED = new Intl.NumberFormat(undefined, { signDisplay: 'exceptZero' });

export const whole = (value: number) => WHOLE.format(value).replace('-', '−');
export const signed = (value: number) => SIGNED.format(value).replace('-', '−');
