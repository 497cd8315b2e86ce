/** What contract.graphql promises for later. Whoever serves one of these strikes it out; nothing is ever added. */
export const NOT_SERVED_YET: readonly string[] = [];
