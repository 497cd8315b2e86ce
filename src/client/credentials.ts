import { CasegraphError, callbackFailed } from './casegraph-error.ts';

/** @param refused the token the server refused last: ask for a new one rather than answer it again */
export type GetToken = (refused: string | null) => string | null | Promise<string | null>;

/** Who asks, and for which organisation. */
export class Credentials {
  /** Whether a token that is refused can be replaced. */
  readonly renewable: boolean;
  readonly #getToken: GetToken;
  readonly #orgId: string | null;
  #refused: string | null = null;

  constructor(options: { token?: string; getToken?: GetToken; orgId?: string }) {
    const { token, getToken, orgId = null } = options;
    if ((token === undefined) === (getToken === undefined))
      throw new TypeError(
        'Pass either `token` (an API key, or a token that lives as long as the client) or `getToken` (a function that answers one).',
      );
    this.renewable = getToken !== undefined;
    this.#getToken = getToken ?? (() => token!);
    this.#orgId = orgId;
  }

  /**
   * The token of the moment, as headers of a request or parameters of a connection.
   * @throws CasegraphError UNAUTHENTICATED when nobody is signed in; CALLBACK_FAILED when getToken fails
   */
  async present(): Promise<{ token: string; headers: Record<string, string> }> {
    const token = await this.#ask();
    if (token === null)
      throw new CasegraphError('UNAUTHENTICATED', 'getToken answered null: nobody is signed in.', { retryable: false });
    return {
      token,
      headers: { authorization: `Bearer ${token}`, ...(this.#orgId ? { 'x-org-id': this.#orgId } : {}) },
    };
  }

  /** The server does not accept this token, or no longer. */
  refuse(token: string | null): void {
    this.#refused = token;
  }

  async #ask(): Promise<string | null> {
    try {
      return await this.#getToken(this.#refused);
    } catch (error) {
      throw callbackFailed('getToken', error);
    }
  }
}
