import { partLoaded } from "../../failures/partLoaded.ts";

/** The bundle of the editor's extension with all that asks a provider for something, see `scripts/build.ts`. */
export const signInBundle = "signIn.cjs";

/** Loads the requests for tokens when the first is to be sent. @throws GatewayFailure `part_not_loaded` */
export const loadTokenRequests = () => partLoaded(import("./tokenRequests.ts"), signInBundle);

/** Loads what signs proofs of possession (RFC 9449), with the first. @throws GatewayFailure `part_not_loaded` */
export const loadProofs = () => partLoaded(import("./proofs.ts"), signInBundle);

/** Loads what is said of a proof that was refused. @throws GatewayFailure `part_not_loaded` */
export const loadProofRefusal = () => partLoaded(import("./proofRefusal.ts"), signInBundle);

/** Loads what asks for tokens with those of a platform. @throws GatewayFailure `part_not_loaded` */
export const loadWorkloadRequests = () => partLoaded(import("../workload/requestByWorkload.ts"), signInBundle);

/** Loads what obtains tokens by way of a company's identity provider. @throws GatewayFailure `part_not_loaded` */
export const loadEnterprise = () => partLoaded(import("../enterprise/enterpriseRenewal.ts"), signInBundle);

/** Loads what revokes tokens. @throws GatewayFailure `part_not_loaded` */
export const loadRevocation = () => partLoaded(import("./revocation.ts"), signInBundle);
