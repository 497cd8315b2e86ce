/** Asks again every `intervalMs` until there is an answer; past the deadline `explain` writes the error. */
export async function pollUntil<T>(
  ask: () => Promise<T | undefined>,
  options: { timeoutMs: number; intervalMs: number; explain: () => Promise<string> | string },
): Promise<T> {
  const deadlineAt = Date.now() + options.timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() >= deadlineAt) throw new Error(await options.explain());
    await new Promise((resolve) => setTimeout(resolve, options.intervalMs));
  }
}
