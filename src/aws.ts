// The bundle of what signs with AWS credentials, loaded with the first request that is to be signed, or the first sign-in.
export { openAws } from "./node/aws/openAws.ts";
export { signInWithAws } from "./vscode/signIn/awsSignIn.ts";
