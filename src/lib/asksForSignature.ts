/** What AWS says of a request without a signature, or with one that is wrong or too old. */
export const asksForSignature = (text: string): boolean =>
  /Missing Authentication Token|Authorization method mismatch|security token included in the request|request signature we calculated|Signature expired|IncompleteSignature/i.test(
    text,
  );
