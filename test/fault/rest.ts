import { pollUntil } from '../../src/db/embedded/poll.ts';
import type { Watcher } from './load/watcher.ts';
import type { FaultSystem } from './system.ts';

const REST_WITHIN_MS = 45_000;

/** Waits until all servers serve and every subscriber has come to the end of what it watches; gives up after 45 seconds. */
export async function comeToRest(system: FaultSystem, subscribers: readonly Watcher[]): Promise<boolean> {
  for (const server of system.servers) if (!server.running) server.launch();
  await Promise.all(system.servers.map((server) => server.serves()));
  const targets = await readTargets(system);
  const isThere = () => subscribers.every((subscriber) => subscriber.isRevoked || hasArrived(subscriber, targets));
  return pollUntil(async () => isThere() || undefined, {
    timeoutMs: REST_WITHIN_MS,
    intervalMs: 100,
    explain: () => 'some subscribers did not come to the end',
  }).catch(() => false);
}

interface Targets {
  /** Position of the last entry of a case. */
  readonly lastOfCase: ReadonlyMap<string, number>;
  readonly lastOfOrg: ReadonlyMap<string, number>;
  readonly versions: ReadonlyMap<string, number>;
}

async function readTargets(system: FaultSystem): Promise<Targets> {
  const entries = await system.query<{ orgId: string; caseId: string | null; seq: string; version: number | null }>(
    `select org_id as "orgId", case_id as "caseId", max(org_seq)::text as seq, max(case_version) as version
     from feed.change_log group by 1, 2`,
  );
  const lastOfCase = new Map<string, number>();
  const lastOfOrg = new Map<string, number>();
  const versions = new Map<string, number>();
  for (const { orgId, caseId, seq, version } of entries) {
    lastOfOrg.set(orgId, Math.max(lastOfOrg.get(orgId) ?? 0, Number(seq)));
    if (caseId) lastOfCase.set(caseId, Number(seq));
    if (caseId && version !== null) versions.set(caseId, version);
  }
  return { lastOfCase, lastOfOrg, versions };
}

function hasArrived(watcher: Watcher, targets: Targets): boolean {
  const { caseId, orgId, person } = watcher.parts;
  const mark = watcher.mark ?? -1;
  if (watcher.watches === 'versions') return mark >= (targets.versions.get(caseId!) ?? 0);
  const last = (id: string) => targets.lastOfCase.get(id) ?? 0;
  const target = caseId
    ? last(caseId)
    : person.sees
      ? Math.max(0, ...person.sees.map(last))
      : (targets.lastOfOrg.get(orgId) ?? 0);
  return mark >= target;
}
