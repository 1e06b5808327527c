/** Why a key is not usable that openssl can convert. */
export const keyToConvert = "it is a private key in another form than PKCS #8 (BEGIN PRIVATE KEY), or encrypted";
