/**
 * The state of a string, number or word that is none. `after…` returns a state as its complement, which is below zero,
 * where there is no index after the part.
 */
export const REFUSED = 0;
