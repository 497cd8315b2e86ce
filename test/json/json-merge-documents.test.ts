import { describe, expect, it } from 'vitest';
import { isEqualJson } from '../../src/json/json-equal.ts';
import { mergeDisjoint } from '../../src/json/json-merge.ts';
import type { JsonObject, JsonValue } from '../../src/json/json-value.ts';
import { mutated, pick, type Random, randomJson, randomObject, seededRandom } from './random-json.ts';
import { sampleHelper } from './sample.ts';

describe('the sample', () => {
  type Centre = JsonObject & { Id: string; Description: string; Works: { works: { cost: number }[] } };
  type Helper = JsonObject & { centers: Centre[]; financials: { invoices: JsonValue } };
  function edited(edit: (helper: Helper) => void): Helper {
    const helper = sampleHelper() as Helper;
    edit(helper);
    return helper;
  }
  const base = sampleHelper();

  it('edits of two damage centres merge', () => {
    const ours = edited(({ centers }) => {
      centers[0]!.Description = 'פגוש';
    });
    const theirs = edited(({ centers }) => {
      centers[2]!.Works.works[0]!.cost = 4321;
    });
    const both = edited(({ centers }) => {
      centers[0]!.Description = 'פגוש';
      centers[2]!.Works.works[0]!.cost = 4321;
    });
    expect(mergeDisjoint(base, ours, theirs)).toEqual({ merged: both, conflicts: [] });
  });

  it('edits of one field of one centre conflict, by name', () => {
    const ours = edited(({ centers }) => {
      centers[0]!.Description = 'פגוש';
    });
    const theirs = edited(({ centers }) => {
      centers[0]!.Description = 'כנף';
    });
    expect(mergeDisjoint(base, ours, theirs).conflicts).toEqual(['/centers/0/Description']);
  });

  it('a centre inserted in front by one, another edited by the other: merged, either way round', () => {
    const fresh = { Id: 'dc_1762160000009_9', Description: 'גג', Works: { works: [] } } as unknown as Centre;
    const inserted = edited(({ centers }) => centers.unshift(fresh));
    const changed = edited(({ centers }) => {
      centers[1]!.Description = 'דלת';
    });
    const both = edited(({ centers }) => {
      centers[1]!.Description = 'דלת';
      centers.unshift(fresh);
    });
    expect(mergeDisjoint(base, inserted, changed)).toEqual({ merged: both, conflicts: [] });
    expect(mergeDisjoint(base, changed, inserted)).toEqual({ merged: both, conflicts: [] });
    const clash = edited(({ centers }) => {
      centers.unshift(fresh);
      centers[2]!.Description = 'סף';
    });
    expect(mergeDisjoint(base, changed, clash).conflicts).toEqual(['/centers/2/Description']);
  });

  it('financials.invoices turned into an array by one, edited by the other: conflict', () => {
    const flipped = edited(({ financials }) => {
      financials.invoices = [];
    });
    const changed = edited(({ financials }) => {
      (financials.invoices as { processed_invoices: JsonValue[] }).processed_invoices.push({ id: 'inv_1' });
    });
    expect(mergeDisjoint(base, flipped, changed).conflicts).toEqual(['/financials/invoices']);
    expect(mergeDisjoint(base, changed, flipped).conflicts).toEqual(['/financials/invoices']);
    expect(mergeDisjoint(base, flipped, sampleHelper())).toEqual({ merged: flipped, conflicts: [] });
  });

  it('changes no input, and is theirs itself where ours adds nothing', () => {
    const theirs = edited(({ centers }) => centers.reverse());
    const before = JSON.stringify([base, theirs]);
    expect(mergeDisjoint(base, sampleHelper(), theirs).merged).toBe(theirs);
    expect(JSON.stringify([base, theirs])).toBe(before);
  });
});

describe('for random documents', () => {
  /** Like randomJson, but many arrays have members with ids, so that all three array rules are met. */
  function withIdentities(random: Random, value: JsonValue): JsonValue {
    if (Array.isArray(value)) {
      const inner = value.map((member) => withIdentities(random, member));
      return random() < 0.5 ? inner.map((member, index) => ({ Id: `m${index}`, member })) : inner;
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withIdentities(random, member)]));
  }

  it('one side unchanged: the other side; both alike: that; never a conflict', () => {
    for (let seed = 0; seed < 3000; seed++) {
      const random = seededRandom(seed);
      const base = withIdentities(random, randomJson(random, 5));
      const side = mutated(random, base, 0.3);
      for (const [ours, theirs] of [
        [side, base],
        [base, side],
        [side, side],
      ] as const) {
        const result = mergeDisjoint(base, structuredClone(ours), structuredClone(theirs));
        expect(result.conflicts, `seed ${seed}`).toEqual([]);
        expect(isEqualJson(result.merged, side), `seed ${seed}`).toBe(true);
      }
    }
  });

  it('conflict or not does not depend on who is ours', () => {
    for (let seed = 0; seed < 3000; seed++) {
      const random = seededRandom(seed);
      const base = withIdentities(random, randomJson(random, 5));
      const [a, b] = [mutated(random, base, 0.1), mutated(random, base, 0.1)];
      const [ab, ba] = [mergeDisjoint(base, a, b), mergeDisjoint(base, b, a)];
      expect(ab.conflicts.length, `seed ${seed}`).toBe(ba.conflicts.length);
    }
  });

  it('edits of objects in different places merge to both', () => {
    for (let seed = 0; seed < 1000; seed++) {
      const random = seededRandom(seed);
      const base: JsonObject = {
        left: randomObject(random),
        right: randomObject(random),
        x: { y: randomObject(random) },
      };
      const editable: JsonObject = {
        left: mutated(random, base.left!),
        right: mutated(random, base.right!),
        x: { y: mutated(random, (base.x as JsonObject).y!) },
      };
      const ours: JsonObject = {};
      const theirs: JsonObject = {};
      for (const key of Object.keys(base)) {
        const isOurs = pick(random, [true, false]);
        ours[key] = structuredClone(isOurs ? editable[key]! : base[key]!);
        theirs[key] = structuredClone(isOurs ? base[key]! : editable[key]!);
      }
      const result = mergeDisjoint(base, ours, theirs);
      expect(result.conflicts, `seed ${seed}`).toEqual([]);
      expect(isEqualJson(result.merged, editable), `seed ${seed}`).toBe(true);
    }
  });
});
