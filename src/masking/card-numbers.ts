// Card numbers in a text: digits in the makers' ranges whose check digit is right.

/** 12 to 19 digits, alone or in groups. Longer numbers are none. */
const CANDIDATE = /(?<![\d.])\d(?:[ -]?\d){11,18}(?![\d]|\.\d)/g;

/** The beginnings and lengths of the networks. */
const NETWORKS = [
  /^4(?:\d{12}|\d{15}|\d{18})$/,
  /^(?:5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12})$/,
  /^3[47]\d{13}$/,
  /^(?:6011|65\d\d|64[4-9]\d)\d{12,15}$/,
  /^3(?:0[0-5]|[689]\d)\d{11,16}$/,
  /^35(?:2[89]|[3-8]\d)\d{12,15}$/,
  /^62\d{14,17}$/,
  /^(?:50|5[6-9]|6[0-9])\d{10,17}$/,
];

/** Replaces every card number. */
export function replaceCards(text: string, instead: string): string {
  return text.replace(CANDIDATE, (candidate) => {
    const digits = candidate.replace(/[ -]/g, "");
    return NETWORKS.some((network) => network.test(digits)) && checksOut(digits) ? instead : candidate;
  });
}

/** Luhn's sum, which the last digit makes a multiple of ten. */
function checksOut(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
