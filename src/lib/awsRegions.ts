/** The part of AWS that a region belongs to, as ARNs have it. */
export function awsPartition(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return region.startsWith("eusc-") ? "aws-eusc" : "aws";
}

const domains: Readonly<Record<string, string>> = { "aws-cn": "amazonaws.com.cn", "aws-eusc": "amazonaws.eu" };

/** How the hosts of a region's services end: China and the European Sovereign Cloud have domains of their own. */
export const awsDomain = (region: string): string => domains[awsPartition(region)] ?? "amazonaws.com";
