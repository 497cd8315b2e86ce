/** Takes a value into a statement and answers its place there, as $3::uuid. `type` comes from code. */
export type Param = (value: unknown, type: string) => string;

/** Values of a statement that is put together piece by piece, and what takes more of them in. */
export function collectValues(): { readonly values: unknown[]; readonly param: Param } {
  const values: unknown[] = [];
  return { values, param: (value, type) => `$${values.push(value)}::${type}` };
}
