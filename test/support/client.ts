import { expect } from 'vitest';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  readonly data: any;
  readonly errors:
    | {
        message: string;
        path?: (string | number)[];
        extensions: { code: string; field?: string[]; requestId: string };
      }[]
    | undefined;
}

/** A GraphQL client as a program would be one: a URL, a token, plain HTTP. */
export class TestClient {
  constructor(
    readonly url: string,
    readonly token: string | null,
    readonly headers: Record<string, string> = {},
  ) {}

  async send(
    query: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.sendBody(JSON.stringify({ query, variables }), headers);
  }

  /** For bodies that JSON.stringify would not write. */
  async sendBody(body: string, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...this.headers,
        ...headers,
      },
      body,
    });
    const json = (await response.json()) as Pick<Answer, 'data' | 'errors'>;
    return { status: response.status, headers: response.headers, data: json.data, errors: json.errors };
  }

  /** The data of an answer that has no errors; what went wrong is shown in full when it has. */
  async data(
    query: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string> = {},
    // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  ): Promise<any> {
    const answer = await this.send(query, variables, headers);
    expect(answer.errors, `the operation failed: ${query}`).toBeUndefined();
    return answer.data;
  }
}
