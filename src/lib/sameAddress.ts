/** An address without the slash at its end, which some who write it leave out and others do not. */
export const withoutSlash = (address: string): string => address.replace(/\/$/, "");

/** Whether two addresses of issuers or gateways mean the same one. */
export const isSameAddress = (one: string, other: string): boolean => withoutSlash(one) === withoutSlash(other);
