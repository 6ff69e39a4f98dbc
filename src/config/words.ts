// The words for on and off that variables take, in any case.

/** Whether a variable's text turns something off. */
export const isOff = (text: string): boolean => ["false", "0", "no", "off"].includes(text.toLowerCase());

/** Whether a variable's text turns something on. */
export const isOn = (text: string): boolean => ["true", "1", "yes", "on"].includes(text.toLowerCase());
