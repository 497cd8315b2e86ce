/** After a token's end, so that a client whose clock is a little behind has refreshed it. */
const EXPIRY_GRACE_MS = 5_000;
/** setTimeout fires at once for anything longer. */
const MAX_TIMER_MS = 2_147_000_000;

/** Runs `end` soon after a token has ended, unless the function it answers is called before. */
export function whenExpired(token: { readonly expiresAt: number | null } | null, end: () => void): () => void {
  if (!token?.expiresAt) return () => undefined;
  const endsAt = token.expiresAt + EXPIRY_GRACE_MS;
  let timer: NodeJS.Timeout | undefined;
  const arm = () => {
    const leftMs = endsAt - Date.now();
    if (leftMs <= 0) end();
    else timer = setTimeout(arm, Math.min(leftMs, MAX_TIMER_MS)).unref();
  };
  arm();
  return () => clearTimeout(timer);
}
