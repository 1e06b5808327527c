/**
 * Claims about a person or a single session (OpenID Connect Core, 2 and 5.1). Okta puts an email address into `sub`;
 * `oid`, `uid` and `upn` are Entra ID's and Okta's. No report shows their values, which do not help to correct a
 * gateway's rules.
 */
const personal: ReadonlySet<string> = new Set([
  ...["sub", "oid", "uid", "puid", "altsecid", "ipaddr", "device_id", "username", "cognito:username"],
  ...["name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "unique_name", "upn"],
  ...["email", "verified_primary_email", "verified_secondary_email", "phone_number", "address", "picture", "profile"],
  ...["birthdate", "gender", "zoneinfo", "locale", "website", "login_hint"],
  ...[
    "jti",
    "uti",
    "nonce",
    "at_hash",
    "c_hash",
    "s_hash",
    "sid",
    "sub_id",
    "origin_jti",
    "event_id",
    "rh",
    "aio",
    "xms_st",
  ],
]);

/** Whether a claim says something about a person or a session. */
export const isPersonal = (claim: string): boolean => personal.has(claim.toLowerCase());
