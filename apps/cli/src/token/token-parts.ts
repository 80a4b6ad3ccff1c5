/** A token taken apart for people to look at. Nothing in it is verified, and its signature is not kept. */
export interface TokenParts {
  readonly header: Record<string, unknown> | undefined;
  readonly claims: Record<string, unknown> | undefined;
  readonly partCount: number;
  /** Whether each part is base64url in its one spelling. */
  readonly canonical: boolean;
  readonly length: number;
}

/** Parts beyond the fifth are not looked at: a million dots should cost nothing. */
const MOST_PARTS = 6;

export function takeApart(token: string): TokenParts {
  const parts = token.split('.', MOST_PARTS);
  return {
    header: objectIn(parts[0]),
    claims: objectIn(parts[1]),
    partCount: parts.length,
    canonical: parts.every((part) => part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part),
    length: token.length,
  };
}

function objectIn(part = ''): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
