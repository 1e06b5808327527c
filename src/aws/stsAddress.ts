import { awsDomain } from "../lib/awsRegions.ts";

/** The regional endpoint of AWS's Security Token Service. */
export const stsAddress = (region: string): string => `https://sts.${region}.${awsDomain(region)}/`;
