// biome-ignore lint/suspicious/noExplicitAny: a description is read as it comes
type Described = any;

/**
 * Where a value is not what an OpenAPI document describes, or null. Knows the keywords that the gateway's description uses;
 * a member that is not described is a misfit as well.
 */
export function findMisfit(document: Described, schema: Described, value: unknown, path = ''): string | null {
  if (schema.$ref) {
    const target = schema.$ref
      .slice(2)
      .split('/')
      .reduce((node: Described, key: string) => node?.[key], document);
    return target ? findMisfit(document, target, value, path) : `${path}: ${schema.$ref} points at nothing`;
  }
  if (schema.anyOf) {
    const misfits = schema.anyOf.map((one: Described) => findMisfit(document, one, value, path));
    return misfits.includes(null) ? null : misfits[0];
  }
  const types = [schema.type ?? []].flat();
  if (types.length > 0 && !types.some((type: string) => isOfType(value, type)))
    return `${path}: ${JSON.stringify(value)?.slice(0, 80)} is not ${types.join(' or ')}`;
  if (value === null) return null;
  if (schema.enum && !schema.enum.includes(value)) return `${path}: ${value} is none of ${schema.enum}`;
  if ('const' in schema && schema.const !== value) return `${path}: ${value} is not ${schema.const}`;
  if (schema.pattern && !new RegExp(schema.pattern).test(String(value)))
    return `${path}: does not look like ${schema.pattern}`;
  if (Array.isArray(value) && schema.items)
    return firstMisfit(value.entries(), (index, item) => findMisfit(document, schema.items, item, `${path}/${index}`));
  if (!schema.properties) return null;
  const missing = (schema.required ?? []).find((name: string) => !Object.hasOwn(value as object, name));
  if (missing) return `${path}/${missing}: is missing`;
  return firstMisfit(Object.entries(value as object), (name, member) =>
    schema.properties[name]
      ? findMisfit(document, schema.properties[name], member, `${path}/${name}`)
      : `${path}/${name}: is not described`,
  );
}

function firstMisfit<K>(
  entries: Iterable<[K, unknown]>,
  find: (key: K, value: unknown) => string | null,
): string | null {
  for (const [key, value] of entries) {
    const misfit = find(key, value);
    if (misfit) return misfit;
  }
  return null;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}
