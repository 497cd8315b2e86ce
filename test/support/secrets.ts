export const JWT_SECRET = 'jwt-secret-of-the-tests-0123456789-abcdef';

/** Of logins that migrate for a server in a process of its own. */
export const MIGRATOR_PASSWORD = 'password-of-a-migrator';

/**
 * The passwords of the server's logins follow from it. One for all tests, since roles belong to the cluster: that which a
 * server comes to by itself where the two above are in its environment.
 */
export const LOGIN_SECRET = `${MIGRATOR_PASSWORD}|${JWT_SECRET}`;
