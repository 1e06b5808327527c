export const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** A name of CloudFormation with each abbreviation as a word: CustomJWTAuthorizer is CustomJwtAuthorizer. */
export const titled = (name: string): string =>
  name.replace(/[A-Z]{2,}(?=[A-Z][a-z]|$)/g, (all) => all.charAt(0) + all.slice(1).toLowerCase());

/** A name of CloudFormation as Terraform writes it: custom_jwt_authorizer. */
export const snakeCase = (name: string): string =>
  titled(name)
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
