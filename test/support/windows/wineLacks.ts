export const isUnderWine = (): boolean => process.env.TEST_UNDER_WINE !== undefined;

/** Why a test cannot say anything under Wine; false on Windows itself, where it runs. */
export const wineLacks = (what: string): string | false =>
  isUnderWine() && `${process.env.TEST_UNDER_WINE} cannot show it: ${what}`;
