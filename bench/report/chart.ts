import type { Measured } from '../measure/summarise.ts';
import { WORKLOADS } from '../measure/workloads.ts';

const WIDTH = 760;
const LABEL_WIDTH = 118;
const BAR_HEIGHT = 15;
const BAR_GAP = 4;
const BLOCK_GAP = 20;
const TITLE_HEIGHT = 22;
const VALUE_WIDTH = 70;
const FILLS: Readonly<Record<string, string>> = { casegraph: '#0f766e', floor: '#94a3b8' };
const OTHER_FILL = '#cbd5e1';

/** Calls a second of every server, a block a workload; bars of one block share a scale. An SVG that reads on light and dark. */
export function resultChart(results: readonly Measured[]): string {
  const parts: string[] = [];
  let y = 12;
  for (const { name, title } of WORKLOADS) {
    const rows = results.filter(({ workload, rps }) => workload === name && rps !== null);
    if (rows.length === 0) continue;
    const most = Math.max(...rows.map(({ rps }) => rps!));
    y += TITLE_HEIGHT;
    parts.push(`<text x="8" y="${y - 8}" font-weight="600">${escapeXml(title)}</text>`);
    for (const { server, rps } of rows) {
      const width = Math.max(1, (rps! / most) * (WIDTH - LABEL_WIDTH - VALUE_WIDTH));
      const middle = y + BAR_HEIGHT - 3;
      parts.push(
        `<text x="${LABEL_WIDTH - 8}" y="${middle}" text-anchor="end">${escapeXml(server)}</text>`,
        `<rect x="${LABEL_WIDTH}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" rx="2" fill="${FILLS[server] ?? OTHER_FILL}"/>`,
        `<text x="${(LABEL_WIDTH + width + 6).toFixed(1)}" y="${middle}">${rps!.toFixed(rps! < 10 ? 1 : 0)}</text>`,
      );
      y += BAR_HEIGHT + BAR_GAP;
    }
    y += BLOCK_GAP - BAR_GAP;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-label="Calls a second of casegraph and other servers, by workload" font-family="system-ui, sans-serif" font-size="12">
<rect width="${WIDTH}" height="${y}" fill="#ffffff"/>
<g fill="#0f172a">
${parts.join('\n')}
</g>
</svg>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
