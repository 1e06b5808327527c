/** Whether a text is a GUID, as Microsoft names tenants and providers name requests, in either case of its letters. */
export const isGuid = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
