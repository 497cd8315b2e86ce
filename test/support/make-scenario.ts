import { createHash, randomUUID } from 'node:crypto';

// Runs a blueprint as Make would, as far as casegraph's blueprints go: their modules, and the functions they use.

interface Module {
  readonly id: number;
  readonly module: string;
  readonly mapper: Record<string, unknown>;
  readonly onerror?: readonly Module[];
}

export interface Blueprint {
  readonly name: string;
  readonly flow: readonly Module[];
}

export interface ScenarioRun {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  readonly answer: any;
  /** The failed request as an incomplete execution keeps it: sent again, it is the same request. */
  readonly again: () => Promise<ScenarioRun>;
}

/** @param settings what the importer fills in: server and apiKey */
export async function runScenario(
  blueprint: Blueprint,
  bundle: Record<string, unknown>,
  settings: Record<string, string>,
): Promise<ScenarioRun> {
  const outputs: Record<string, unknown> = {};
  let ran: ScenarioRun | null = null;
  for (const { id, module, mapper } of blueprint.flow) {
    switch (module) {
      case 'gateway:CustomWebHook':
        outputs[id] = bundle;
        break;
      case 'util:SetVariables': {
        const set = (mapper.variables as { name: string; value: string }[]).map(({ name, value }) => [
          name,
          settings[name] ?? render(value, outputs),
        ]);
        outputs[id] = Object.fromEntries(set);
        break;
      }
      case 'json:TransformToJSON':
        outputs[id] = { json: JSON.stringify(render(mapper.object as string, outputs)) };
        break;
      case 'http:ActionSendData':
        ran = await send(mapper, outputs);
        outputs[id] = { statusCode: ran.status, data: ran.answer };
        break;
      case 'gateway:WebhookRespond':
        outputs[id] = {
          status: render(mapper.status as string, outputs),
          body: render(mapper.body as string, outputs),
        };
        break;
      default:
        throw new Error(`a module Make's export is not known to have: ${module}`);
    }
  }
  return ran!;
}

async function send(mapper: Record<string, unknown>, outputs: Record<string, unknown>): Promise<ScenarioRun> {
  const pairs = (list: unknown) =>
    (list as { name: string; value: string }[]).map(({ name, value }): [string, string] => [
      name,
      text(render(value, outputs)),
    ]);
  const url = new URL(text(render(mapper.url as string, outputs)));
  for (const [name, value] of pairs(mapper.qs)) url.searchParams.append(name, value);
  const headers = pairs(mapper.headers);
  const body = mapper.data === undefined ? null : text(render(mapper.data as string, outputs));
  if (body !== null) headers.push(['Content-Type', mapper.contentType as string]);
  const attempt = async (): Promise<ScenarioRun> => {
    // No Accept header, as Make sends none; fetch adds one of its own, which asks for nothing.
    const response = await fetch(url, { method: (mapper.method as string).toUpperCase(), headers, body });
    return { status: response.status, headers: response.headers, answer: await response.json(), again: attempt };
  };
  return attempt();
}

/** A mapped value: what stands in the braces where it is all of the text, else the text with it. */
function render(template: string, outputs: Record<string, unknown>): unknown {
  const whole = /^\{\{([^{}]*)\}\}$/.exec(template);
  if (whole) return evaluate(whole[1]!, outputs);
  return template.replace(/\{\{([^{}]*)\}\}/g, (_, expression: string) => text(evaluate(expression, outputs)));
}

function text(value: unknown): string {
  if (value == null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function evaluate(expression: string, outputs: Record<string, unknown>): unknown {
  const given = expression.trim();
  const call = /^(\w+)\((.*)\)$/s.exec(given);
  if (!call) return given === 'uuid' ? randomUUID() : follow(given, outputs);
  const args = splitArguments(call[2]!).map((argument) => () => evaluate(argument, outputs));
  const isEmpty = (value: unknown) => value == null || value === '';
  switch (call[1]) {
    case 'ifempty': {
      const first = args[0]!();
      return isEmpty(first) ? args[1]!() : first;
    }
    case 'if':
      return isEmpty(args[0]!()) ? args[2]!() : args[1]!();
    case 'sha256':
      return createHash('sha256').update(text(args[0]!())).digest('hex');
    default:
      throw new Error(`a function that is not Make's: ${call[1]}`);
  }
}

function follow(path: string, outputs: Record<string, unknown>): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], outputs);
}

function splitArguments(list: string): string[] {
  const found: string[] = [''];
  let depth = 0;
  for (const letter of list) {
    if (letter === ';' && depth === 0) found.push('');
    else {
      depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
      found[found.length - 1] += letter;
    }
  }
  return found;
}
