import { partLoaded } from "../../failures/partLoaded.ts";

/** The bundle of the editor's extension with all that asks a provider for something, see `scripts/build.ts`. */
export const signInBundle = "signIn.cjs";

/** Loads the requests for tokens when the first is to be sent. @throws GatewayFailure `part_not_loaded` */
export const loadTokenRequests = () => partLoaded(import("./tokenRequests.ts"), signInBundle);

/** Loads what revokes tokens. @throws GatewayFailure `part_not_loaded` */
export const loadRevocation = () => partLoaded(import("./revocation.ts"), signInBundle);
